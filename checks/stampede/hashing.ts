import { setTimeout as sleep } from 'node:timers/promises';
import { DeviceClient } from '../../test/support/device-client.ts';
import { codesOf, errorOf } from '../../test/support/linked-device.ts';
import { type Findings, percentile } from '../check.ts';
import { workOf, workOfAll } from '../neighbours/server-work.ts';
import type { Person } from './person.ts';

/** Milliseconds between two polls. */
const PAUSE = 20;
const CLIENT = 'living-room-tv';

/**
 * All owners sign in at once, and a device polls meanwhile. On a machine whose processors others want times say little; which thread has
 * worked how long is said all the same.
 * @param pid of the server
 */
export async function hashBesidePolls(
  { issuer, pid }: { issuer: string; pid: number },
  people: readonly Person[],
): Promise<Findings> {
  const device = new DeviceClient(issuer, CLIENT);
  const { deviceCode } = codesOf(await device.authorize());
  const [thread, all] = [workOf(pid), workOfAll(pid)];
  let isOver = false;
  const signIns = Promise.all(people.map((person) => person.signIn())).finally(() => {
    isOver = true;
  });
  const polls: number[] = [];
  const wrong: string[] = [];
  while (!isOver) {
    const began = performance.now();
    const error = errorOf(await device.poll(deviceCode));
    polls.push(performance.now() - began);
    if (!['authorization_pending', 'slow_down'].includes(String(error)))
      wrong.push(`a poll heard ${String(error)}`);
    await sleep(PAUSE);
  }
  await signIns;
  const answering = workOf(pid) - thread;
  const hashing = workOfAll(pid) - all - answering;
  return {
    figures: {
      'polls beside hashes, ms': `p50 ${percentile(polls, 0.5).toFixed(0)}, p99 ${percentile(polls, 0.99).toFixed(0)} of ${polls.length}`,
      'processor time of these': `${answering.toFixed(0)} ms of the thread that answers, ${hashing.toFixed(0)} ms of others`,
    },
    violations: answering > hashing ? [...wrong, 'the thread that answers has hashed'] : wrong,
  };
}
