import { setTimeout as sleep } from 'node:timers/promises';
import { randomId } from '../../test/support/test-stores.ts';
import { type Check, type CheckRun, type Findings, percentile } from '../check.ts';
import { owner } from './ended-owners.ts';
import { cameTo, nameOf } from './heard-events.ts';
import { type StreamWorld, withStreamWorld } from './stream-world.ts';

const [HANGS, CROWDED] = ['hangs', 'crowded'];
/** Are measured: one that is pushed, one that polls. */
const MEASURED = ['pushed', 'polled'] as const;
const WAITING = 10_000;
/** Milliseconds, a promise of docs/ssf.md. */
const PROMISED = 2000;
/** Changes that are measured, and milliseconds between two of them. */
const [CHANGES, PAUSE] = [300, 150];
/** Milliseconds. */
const TIMEOUT = 60_000;

export const neighbourStreams: Check = {
  name: 'neighbours',
  claim: `one receiver that hangs and one with ${WAITING} waiting delay no other: 99 of 100 hear within ${PROMISED / 1000} s, or as soon as without them`,
  run: (on) =>
    withStreamWorld({ pushed: [HANGS, MEASURED[0]], polled: [MEASURED[1]], unread: [CROWDED] }, (world) =>
      measure(world, on),
    ),
};

async function measure(world: StreamWorld, { say }: CheckRun): Promise<Findings> {
  const alone = await measured(world, 'alone', say);
  world.listener.always[HANGS] = 'never';
  await crowd(world);
  say(`${WAITING} wait for one stream, and the receiver of another hangs`);
  const beside = await measured(world, 'beside', say);
  const left = await world.stores.signalQueues.count(`ssf.${world.streams.get(CROWDED)}`);
  const late = MEASURED.flatMap((client) => {
    const [before = 0, p99 = 0] = [alone, beside].map(({ times }) => percentile(times(client), 0.99));
    // On a machine that is busy with other work it is late without them, too.
    return p99 > Math.max(PROMISED, 1.2 * before)
      ? [`${client}: 99 of 100 hear within ${p99.toFixed(0)} ms`]
      : [];
  });
  return {
    figures: { ...alone.figures, ...beside.figures, 'still waiting for the crowded one': left },
    violations: [
      ...late,
      ...[alone, beside].flatMap(({ lost }) => lost),
      ...(left < WAITING ? [`only ${left} wait for the crowded one`] : []),
    ],
  };
}

/** From when the store has a change to when a stream has its event, of each. */
async function measured(world: StreamWorld, how: string, say: CheckRun['say']) {
  const { stores } = world;
  const done = new Map<string, number>();
  for (let count = 1; count <= CHANGES; count += 1) {
    const { accountId } = await owner(world);
    await stores.accounts.signOutEverything(accountId, { kind: 'signed-out-everything', by: 'operator' });
    done.set(`session-revoked ${accountId}`, Date.now());
    await sleep(PAUSE);
    if (count % 100 === 0) say(`${how}: ${count} changes`);
  }
  const times = (client: string) => [...timesOf(world, client, done).values()];
  const isTold = () => MEASURED.every((client) => times(client).length === done.size);
  for (const end = Date.now() + TIMEOUT; !isTold() && Date.now() < end; await sleep(100));
  const figures = MEASURED.map((client) => [
    [`${how}, ${client}: half of them come within, ms`, percentile(times(client), 0.5).toFixed(0)],
    [`${how}, ${client}: 99 of 100 within, ms`, percentile(times(client), 0.99).toFixed(0)],
    [`${how}, ${client}: the slowest, ms`, Math.max(...times(client)).toFixed(0)],
  ]);
  const lost = MEASURED.filter((client) => times(client).length < done.size);
  return {
    times,
    figures: Object.fromEntries(figures.flat()) as Record<string, string>,
    lost: lost.map((client) => `${how}: ${client} has not heard of each`),
  };
}

/** Of each change, when its event first came. */
function timesOf(world: StreamWorld, client: string, done: ReadonlyMap<string, number>) {
  const times = new Map<string, number>();
  for (const came of cameTo(world, client)) {
    const name = nameOf(came);
    const since = done.get(name);
    if (since !== undefined && !times.has(name)) times.set(name, came.at - since);
  }
  return times;
}

/** As if they had come in a while in which the receiver did not poll. */
async function crowd({ stores, streams }: StreamWorld): Promise<void> {
  const queue = `ssf.${streams.get(CROWDED)}`;
  const body = { event: 'https://example.org/crowd', subject: {}, fields: {}, issued: 0 };
  for (let first = 0; first < WAITING; first += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        stores.signalQueues.add(queue, { accountId: randomId(), end: String(first + index), body }),
      ),
    );
}
