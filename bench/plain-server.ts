/** Plain `oidc-provider` as a process of its own. Environment: PORT, ISSUER, REDIS_URL, REDIS_PREFIX, BENCH_KEYS. */
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import type { SigningKeys } from '../src/oidc/signing-keys.ts';
import { answerParent } from './cpu.ts';
import { plainProvider } from './plain-provider.ts';

const { PORT, ISSUER = '', REDIS_URL = '', REDIS_PREFIX: prefix = '', BENCH_KEYS = '' } = process.env;
const redis = new Redis(REDIS_URL);
const keys = JSON.parse(BENCH_KEYS) as SigningKeys;
const provider = await plainProvider(redis, { issuer: ISSUER, prefix, keys });
answerParent();
const server = createServer({ keepAliveTimeout: 65_000 }, provider.callback());
server.listen(Number(PORT), '127.0.0.1', () => process.send?.('ready'));
process.on('SIGTERM', () => process.exit());
process.on('disconnect', () => process.exit());
