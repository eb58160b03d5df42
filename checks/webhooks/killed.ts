import { createHmac } from 'node:crypto';
import { eventually } from '../../test/support/eventually.ts';
import type { WebhookListener } from '../../test/support/webhook-listener.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { Happenings } from './happenings.ts';
import { atOnce, reachStep, shuffled } from './reach-step.ts';
import { STEPS, type Step } from './steps.ts';
import { type WebhookWorld, withWebhookWorld } from './webhook-world.ts';

type Heard = WebhookListener['heard'][number];

/** Milliseconds: what a dead server holds is another's after 60 s. */
const TIMEOUT = 180_000;

export const killedAtEachStep: Check = {
  name: 'killed',
  claim:
    'kill -9 at every step of 1,000 events: each arrives, none is forged, one that comes twice has one webhook-id',
  run: (on) => killedAt([...STEPS, ...STEPS, ...STEPS], { events: 1000 }, on),
};

interface Rounds {
  /** That have to happen at least. */
  readonly events: number;
  /** What a dead server holds is not waited for. */
  readonly isShort?: boolean;
}

export function killedAt(steps: readonly Step[], rounds: Rounds, on: CheckRun): Promise<Findings> {
  return withWebhookWorld(['maker'], (world) => killRounds(steps, rounds, world, on));
}

async function killRounds(
  steps: readonly Step[],
  { events, isShort = false }: Rounds,
  world: WebhookWorld,
  { random, say }: CheckRun,
): Promise<Findings> {
  const { listener } = world;
  const happenings = new Happenings(world);
  const missed: string[] = [];
  const order = isShort ? steps : shuffled(steps, (most) => random.whole(0, most));
  const ofRound = events / order.length;
  for (const [index, step] of order.entries()) {
    const { pid, closed } = world.installation.server;
    const kill = () => process.kill(pid, 'SIGKILL');
    const isHit = await reachStep(step, world, () => happenings.happen(), kill);
    if (!isHit) missed.push(step);
    await closed;
    await happenings.settle();
    await world.installation.restartServer();
    while (happenings.owed.size < ofRound * (index + 1)) await atOnce(() => happenings.happen());
    if ((index + 1) % 10 === 0)
      say(`${index + 1} kills, ${happenings.owed.size} events, ${listener.heard.length} webhooks`);
  }
  await happenings.settle();
  if (isShort) await reachHeld(world);
  await untilHeard(listener, happenings.owed);
  const ids = new Set(listener.heard.map(({ headers }) => headers['webhook-id']));
  return {
    figures: {
      kills: order.length,
      'steps that did not come': missed.length,
      events: happenings.owed.size,
      webhooks: listener.heard.length,
      'of them once more under their webhook-id': listener.heard.length - ids.size,
    },
    violations: [
      ...missed.map((step) => `the server never came to: ${step}`),
      ...violationsOf(listener, happenings.owed, world.key),
    ],
  };
}

/** What dead servers held is another's, as it is a minute later. */
async function reachHeld({ stores }: WebhookWorld): Promise<void> {
  const due = `${stores.prefix}{notices:webhook.maker}:due`;
  const { redis } = stores.connection;
  for (const id of await redis.zrange(due, '0', '-1')) await redis.zadd(due, 'XX', '0', id);
}

const nameOf = ({ type, data }: Heard) =>
  `${type} ${data['account'] ?? (data['client'] as { client_id: string }).client_id}`;

async function untilHeard({ heard }: WebhookListener, owed: ReadonlySet<string>): Promise<void> {
  const end = Date.now() + TIMEOUT;
  const isHeard = () => {
    const names = new Set(heard.map(nameOf));
    return Date.now() > end || [...owed].every((name) => names.has(name));
  };
  await eventually('every webhook', isHeard, 100);
}

function violationsOf({ heard }: WebhookListener, owed: ReadonlySet<string>, key: string): string[] {
  const told = Map.groupBy(heard, nameOf);
  const lost = [...owed].filter((name) => !told.has(name)).map((name) => `never told: ${name}`);
  const unasked = [...told.keys()]
    .filter((name) => !owed.has(name))
    .map((name) => `told, and has not happened: ${name}`);
  const twins = [...told]
    .filter(([, all]) => new Set(all.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size > 1)
    .map(([name]) => `told under two ids, or in two ways: ${name}`);
  const forged = heard.filter((one) => !isSigned(one, key)).map((one) => `not signed: ${nameOf(one)}`);
  return [...lost, ...unasked, ...twins, ...forged];
}

/** As Standard Webhooks says; its own library verifies in `test/webhooks/webhooks.test.ts`. */
function isSigned({ headers, body }: Heard, key: string): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const hmac = createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64'));
  return headers['webhook-signature'] === `v1,${hmac.update(signed).digest('base64')}`;
}
