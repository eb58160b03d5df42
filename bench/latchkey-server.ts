/** Latchkey as a process of its own, composed as `npm start` does. Settings come from the environment. */
import { readConfig } from '../src/config/config.ts';
import { readMasterSecret } from '../src/config/master-secret.ts';
import { releaseMemory } from '../src/runtime/release-memory.ts';
import { createServer } from '../src/server/server.ts';
import { answerParent } from './cpu.ts';

const { config, secretSource } = readConfig(process.env);
const master = await readMasterSecret(secretSource, config.dataDir);
const settings = { ...config, redisUrl: config.redisUrl ?? '' };
const server = await createServer(settings, { master }, { worked });
releaseMemory();
await server.start();
answerParent();
process.send?.('ready');
process.on('SIGTERM', () => process.exit());
process.on('disconnect', () => process.exit());

/** Milliseconds of a processor that this thread has used so far. */
function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
