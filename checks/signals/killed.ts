import { eventually } from '../../test/support/eventually.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { atOnce, reachStep, shuffled } from '../webhooks/reach-step.ts';
import { type Step, stepsOf } from '../webhooks/steps.ts';
import { EndedOwners } from './ended-owners.ts';
import { cameTo, nameOf, violationsOf } from './heard-events.ts';
import { type StreamWorld, withStreamWorld } from './stream-world.ts';

/** What is killed at a step. */
type Kill = readonly ['server' | 'Redis', Step];

const HEARING = ['pushed', 'polled'] as const;
/** Takes what comes, and answers nothing. */
const HANGS = 'hangs';
/** Milliseconds: what a dead server holds is another's after 60 s. */
const TIMEOUT = 180_000;

const STEPS = stepsOf([
  'announceChange',
  'signOutEverything',
  'readUnnoticed',
  'readRelying',
  'queueNotice',
  'markNoticed',
  'takeNotice',
  'endNotice',
  'settleNotices',
  'settlePending',
]);
const KILLS: readonly Kill[] = [
  ...STEPS.map((step): Kill => ['server', step]),
  ...STEPS.map((step): Kill => ['Redis', step]),
];

export const killedAtEachStep: Check = {
  name: 'killed',
  claim:
    'kill -9 of the server and of Redis at every step of 1,000 events: each comes to a stream that is pushed and to one that polls, none is forged, one that comes twice has one jti',
  run: (on) => killedAt(KILLS, { events: 1000 }, on),
};

interface Rounds {
  /** That have to happen at least. */
  readonly events: number;
  /** What a dead server holds is not waited for. */
  readonly isShort?: boolean;
}

export function killedAt(kills: readonly Kill[], rounds: Rounds, on: CheckRun): Promise<Findings> {
  return withStreamWorld({ pushed: ['pushed', HANGS], polled: ['polled'] }, (world) => {
    world.listener.always[HANGS] = 'never';
    return killRounds(kills, rounds, world, on);
  });
}

async function killRounds(
  kills: readonly Kill[],
  { events, isShort = false }: Rounds,
  world: StreamWorld,
  { random, say }: CheckRun,
): Promise<Findings> {
  const owners = new EndedOwners(world);
  const missed: string[] = [];
  const order = isShort ? kills : shuffled(kills, (most) => random.whole(0, most));
  const ofRound = events / order.length;
  for (const [index, [victim, step]] of order.entries()) {
    if (!(await killAt([victim, step], world, owners))) missed.push(`${victim}, ${step}`);
    await owners.settle();
    while (owners.owed.size < ofRound * (index + 1)) await atOnce(() => owners.happen());
    if ((index + 1) % 10 === 0) say(`${index + 1} kills, ${owners.owed.size} events`);
  }
  await owners.settle();
  if (isShort) await reachHeld(world);
  await untilHeard(world, owners.owed);
  const violations = [];
  for (const client of HEARING) violations.push(...(await violationsOf(world, client, owners.owed)));
  const came = HEARING.map((client) => [
    `came to the stream that is ${client}`,
    cameTo(world, client).length,
  ]);
  return {
    figures: {
      'kills of the server': order.filter(([victim]) => victim === 'server').length,
      'kills of Redis': order.filter(([victim]) => victim === 'Redis').length,
      'steps that did not come': missed.length,
      events: owners.owed.size,
      ...Object.fromEntries(came),
      'tries at the receiver that hangs': cameTo(world, HANGS).length,
    },
    violations: [...missed.map((step) => `it never came to: ${step}`), ...violations],
  };
}

/** @returns whether it came there; else it was killed wherever it was */
async function killAt([victim, step]: Kill, world: StreamWorld, owners: EndedOwners): Promise<boolean> {
  const { installation } = world;
  const { pid, closed } = installation.server;
  let over: Promise<unknown> = closed;
  const kill = () => {
    if (victim === 'server') process.kill(pid, 'SIGKILL');
    else over = installation.redis.kill().then(() => installation.redis.restart());
  };
  const isHit = await reachStep(step, world, () => owners.happen(), kill);
  await over;
  if (victim === 'server') await installation.restartServer();
  const isReady = () => installation.readiness().then((status) => status === 200);
  await eventually('the server to serve', isReady);
  await eventually('the store', () => world.stores.connection.redis.ping().catch(() => undefined));
  return isHit;
}

/** What dead servers held is another's, as it is a minute later. */
async function reachHeld({ stores, streams }: StreamWorld): Promise<void> {
  const { redis } = stores.connection;
  for (const client of HEARING) {
    const due = `${stores.prefix}{notices:ssf.${streams.get(client)}}:due`;
    for (const id of await redis.zrange(due, '0', '-1')) await redis.zadd(due, 'XX', '0', id);
  }
}

async function untilHeard(world: StreamWorld, owed: ReadonlySet<string>): Promise<void> {
  const end = Date.now() + TIMEOUT;
  const isHeard = (client: string) => {
    const names = new Set(cameTo(world, client).map(nameOf));
    return [...owed].every((name) => names.has(name));
  };
  await eventually('every event', () => Date.now() > end || HEARING.every(isHeard), 100);
}
