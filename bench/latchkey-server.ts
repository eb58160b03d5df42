/** Latchkey as a process of its own, composed as `npm start` does. Settings come from the environment. */
import { readConfig } from '../src/config/config.ts';
import { readMasterSecret } from '../src/config/master-secret.ts';
import { createServer } from '../src/server/server.ts';
import { tellCpu } from './cpu.ts';

const { config, secretSource } = readConfig(process.env);
const master = await readMasterSecret(secretSource, config.dataDir);
const server = await createServer({ ...config, redisUrl: config.redisUrl ?? '' }, { master });
await server.start();
tellCpu();
process.send?.('ready');
process.on('SIGTERM', () => process.exit());
process.on('disconnect', () => process.exit());
