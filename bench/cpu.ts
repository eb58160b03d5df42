/**
 * What a server under test has used: CPU time, which other work on the machine changes far less than the time on the
 * clock, and memory. A server is asked over the channel to its parent; Redis by INFO.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import type { Redis } from 'ioredis';

export interface Usage {
  /** Microseconds of CPU time, all threads together. */
  cpu: number;
  /** Bytes that are resident. */
  memory: number;
}

/** What a parent may ask: for its usage, to begin a profile, to write the one begun to this file, or to approve a code. */
type Question =
  | { ask: 'usage' }
  | { ask: 'profile' }
  | { ask: 'profiled'; file: string }
  | { ask: 'approve'; userCode: string };

/**
 * Makes this process answer its parent, whenever it is asked.
 * @param approve where all is in memory, and no other process can
 */
export function answerParent(approve?: (userCode: string) => Promise<void>): void {
  const inspector = new Session();
  process.on('message', async (question: Question) => {
    if (question.ask === 'profile') await beginProfile(inspector);
    if (question.ask === 'approve') await approve?.(question.userCode);
    if (question.ask === 'profiled') await writeProfile(inspector, question.file);
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() } satisfies Usage);
  });
}

async function beginProfile(inspector: Session): Promise<void> {
  inspector.connect();
  await inspector.post('Profiler.enable');
  await inspector.post('Profiler.setSamplingInterval', { interval: 250 });
  await inspector.post('Profiler.start');
}

async function writeProfile(inspector: Session, file: string): Promise<void> {
  const { profile } = await inspector.post('Profiler.stop');
  inspector.disconnect();
  await writeFile(file, JSON.stringify(profile));
}

/** Asks a child that does `answerParent`. */
export async function askChild(child: ChildProcess, question: Question): Promise<Usage> {
  const answer = once(child, 'message');
  child.send(question);
  const [usage] = await answer;
  return usage as Usage;
}

/** Microseconds that Redis has used. */
export async function cpuOfRedis(redis: Redis): Promise<number> {
  const text = await redis.info('cpu');
  const seconds = ['used_cpu_sys', 'used_cpu_user'].map((name) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]),
  );
  return seconds.reduce((sum, part) => sum + part, 0) * 1e6;
}

/** Whom to ask for what they have used, as `Usage.cpu` and in its units. */
interface Used {
  readonly server: () => Promise<Usage>;
  readonly redis: () => Promise<number>;
}

/** Microseconds of processor time of each request. */
interface Spent {
  readonly server: number;
  readonly redis: number;
  /** The load generator's, which is this process. */
  readonly load: number;
}

/**
 * @param ask sends so many requests, and says how many milliseconds they took
 * @returns that, what was spent on them, and the bytes of the server that are resident then
 */
export async function spentOn(
  count: number,
  used: Used,
  ask: () => Promise<number>,
): Promise<{ milliseconds: number; memory: number; spent: Spent }> {
  const before = { server: (await used.server()).cpu, redis: await used.redis() };
  const own = process.cpuUsage();
  const milliseconds = await ask();
  const { user, system } = process.cpuUsage(own);
  const { cpu, memory } = await used.server();
  const server = (cpu - before.server) / count;
  const redis = ((await used.redis()) - before.redis) / count;
  return { milliseconds, memory, spent: { server, redis, load: (user + system) / count } };
}
