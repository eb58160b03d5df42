import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Answer } from '../../bench/answer-reader.ts';
import { run, Target } from '../../bench/load.ts';
import { FLAGS } from '../../bench/side.ts';
import { Installation } from '../../test/support/installation.ts';
import type { Check, CheckRun, Findings } from '../check.ts';

const CODES = 100_000;
const WORKERS = 16;
/** Long enough that the first still lives when the last is made. */
const MINUTES = 5;
/** Bytes that may stay: tables of Redis that have grown, what else was written meanwhile. */
const LEFT_OVER = 4 * 2 ** 20;
/** What the server may take more with 100,000 codes than with 10,000: it keeps none of them. */
const MAX_GROWTH = 64 * 2 ** 20;

interface Level {
  /** What Redis has asked for; what the system has given it and the server. */
  redisUsed: number;
  redisResident: number;
  serverResident: number;
}

/** 100,000 devices ask for a code and are forgotten. */
export const pendingCodes: Check = {
  name: 'pending-codes',
  claim: '100,000 pending codes take a stated amount of memory, all of which is back when they have expired',
  run: measure,
};

async function measure({ say }: CheckRun): Promise<Findings> {
  // So many that what one network may have of them does not shrink to fewer than are asked for.
  const limits = { LIVE_CODES: '1000000', LIVE_CODES_PER_CLIENT: '1000000' };
  const environment = { ...limits, DEVICE_CODE_MINUTES: `${MINUTES}`, LOG_LEVEL: 'error' };
  const command = [process.execPath, ...FLAGS, 'src/main.ts'];
  const installation = await Installation.start({ environment, command });
  const redis = new Redis(installation.redis.url);
  const target = new Target(Number(new URL(installation.server.issuer).port), WORKERS);
  const request = target.form('/device/auth', { client_id: 'tv', scope: 'openid' });
  const heard = ({ status }: Answer) => {
    if (status !== 200) throw new Error(`a code was refused: ${status}`);
  };
  const load = { request: () => request, heard };
  const level = () => levelOf(installation, redis);
  try {
    const before = await level();
    await run(target, load, CODES / 10, WORKERS);
    const few = await level();
    say(`10,000 codes: ${describe(few)}`);
    await run(target, load, CODES - CODES / 10, WORKERS);
    const all = await level();
    say(`100,000 codes: ${describe(all)}`);
    const records = await redis.dbsize();
    for (let minute = 1; minute <= 2 * MINUTES + 1; minute += 1) {
      await sleep(60_000);
      say(`after ${minute} minutes: ${await redis.dbsize()} keys, ${describe(await level())}`);
    }
    const after = await level();
    return judge({ before, few, all, after, records });
  } finally {
    target.close();
    redis.disconnect();
    await installation.stop();
  }
}

async function levelOf({ server }: Installation, redis: Redis): Promise<Level> {
  const memory = await redis.info('memory');
  const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(memory)?.[1]);
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return {
    redisUsed: figure('used_memory'),
    redisResident: figure('used_memory_rss'),
    serverResident: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024,
  };
}

function judge(levels: Record<'before' | 'few' | 'all' | 'after', Level> & { records: number }): Findings {
  const { before, few, all, after, records } = levels;
  const violations: string[] = [];
  if (after.redisUsed > before.redisUsed + LEFT_OVER) violations.push('Redis has not come back to its level');
  if (all.serverResident > few.serverResident + MAX_GROWTH)
    violations.push('the server grows with the codes');
  if (after.serverResident > few.serverResident + MAX_GROWTH)
    violations.push('the server keeps what it took');
  return {
    figures: {
      'keys at 100,000 codes': records,
      'bytes of Redis for each code': Math.round((all.redisUsed - before.redisUsed) / CODES),
      before: describe(before),
      'at 10,000': describe(few),
      'at 100,000': describe(all),
      'after they have expired': describe(after),
    },
    violations,
  };
}

function describe({ redisUsed, redisResident, serverResident }: Level): string {
  const [used, resident, server] = [redisUsed, redisResident, serverResident].map(
    (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`,
  );
  return `Redis ${used} (resident ${resident}), server ${server}`;
}
