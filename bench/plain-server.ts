/**
 * Plain `oidc-provider` as a process of its own. Environment: PORT, ISSUER, REDIS_URL (empty: all is in memory), REDIS_PREFIX,
 * BENCH_KEYS. What is in memory only this process can approve, so its parent asks it to.
 */
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import type { SigningKeys } from '../src/oidc/signing-keys.ts';
import { answerParent } from './cpu.ts';
import { memoryAdapter } from './memory-adapter.ts';
import { plainAdapterFactory } from './plain-adapter.ts';
import { approvePlain, plainProvider } from './plain-provider.ts';

const { PORT, ISSUER = '', REDIS_URL = '', REDIS_PREFIX: prefix = '', BENCH_KEYS = '' } = process.env;
const keys = JSON.parse(BENCH_KEYS) as SigningKeys;
const adapter = REDIS_URL ? plainAdapterFactory(new Redis(REDIS_URL), prefix) : memoryAdapter;
const provider = await plainProvider(adapter, { issuer: ISSUER, keys });
answerParent((userCode) => approvePlain(provider, userCode));
const server = createServer({ keepAliveTimeout: 65_000 }, provider.callback());
server.listen(Number(PORT), '127.0.0.1', () => process.send?.('ready'));
process.on('SIGTERM', () => process.exit());
process.on('disconnect', () => process.exit());
