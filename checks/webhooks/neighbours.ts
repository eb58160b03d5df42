import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountId } from '../../src/accounts/account.ts';
import { signedInOwner } from '../../test/support/test-stores.ts';
import { type Check, type CheckRun, type Findings, percentile } from '../check.ts';
import { crowd } from './crowd.ts';
import { type WebhookWorld, withWebhookWorld } from './webhook-world.ts';

/** One answers nothing, one takes its time over 10,000, and the third is measured. */
const RECEIVERS = ['hangs', 'crowded', 'maker'];
const WAITING = 10_000;
/** Milliseconds that the crowded one takes over each. */
const SLOWNESS = 200;
/** A promise of docs/webhooks.md: what is done is heard of within two seconds. */
const PROMISED = 2000;
/** Webhooks that are measured, and milliseconds between two of them. */
const [MEASURED, PAUSE] = [300, 150];

export const neighbourReceivers: Check = {
  name: 'neighbours',
  claim: `one receiver that hangs and one with ${WAITING} waiting delay no other: 99 of 100 hear within ${PROMISED / 1000} s, or as soon as without them`,
  run: (on) => withWebhookWorld(RECEIVERS, (world) => measure(world, on)),
};

async function measure(world: WebhookWorld, { say }: CheckRun): Promise<Findings> {
  const alone = await measured(world, 'alone', say);
  const { listener } = world;
  listener.answers = { hangs: 'never', crowded: { after: SLOWNESS } };
  await crowd(world, WAITING);
  say(`${WAITING} wait for one receiver, and another hangs`);
  const beside = await measured(world, 'beside', say);
  const left = await world.stores.webhookQueues.count('webhook.crowded');
  const [before, p99] = [alone, beside].map(({ times }) => percentile(times, 0.99)) as [number, number];
  return {
    figures: { ...alone.figures, ...beside.figures, 'still waiting for the crowded one': left },
    violations: [
      // On a machine that is busy with other work it is late without them, too.
      ...(p99 > Math.max(PROMISED, 1.2 * before) ? [`99 of 100 hear within ${p99.toFixed(0)} ms`] : []),
      ...(left < MEASURED ? [`only ${left} wait for the crowded one: nothing was shown`] : []),
    ],
  };
}

/** From when the store has a change to when the third receiver is asked, of each. */
async function measured(world: WebhookWorld, how: string, say: CheckRun['say']) {
  const { stores, listener } = world;
  const commands = await commandsOf(world);
  const began = Date.now();
  const done = new Map<AccountId, number>();
  for (let count = 1; count <= MEASURED; count += 1) {
    const { accountId, browser } = await signedInOwner(stores);
    await stores.browsers.end(browser.sessionId, { kind: 'signed-out', by: 'owner' });
    done.set(accountId, Date.now());
    await sleep(PAUSE);
    if (count % 100 === 0) say(`${how}: ${count} changes`);
  }
  const seconds = (Date.now() - began) / 1000;
  const perSecond = ((await commandsOf(world)) - commands) / seconds;
  await untilTold(world, done);
  const times = listener.heard.flatMap(({ path, type, data, at }) => {
    const since = done.get(data['account'] as AccountId);
    return path === 'maker' && type === 'session.ended' && since !== undefined ? [at - since] : [];
  });
  const figures = {
    [`${how}: half of them heard within, ms`]: percentile(times, 0.5).toFixed(0),
    [`${how}: 99 of 100 within, ms`]: percentile(times, 0.99).toFixed(0),
    [`${how}: the slowest, ms`]: Math.max(...times).toFixed(0),
    [`${how}: memory of the server, MB`]: memoryOf(world.installation.server.pid).toFixed(0),
    [`${how}: memory of Redis, MB`]: ((await infoOf(world, 'memory', 'used_memory')) / 2 ** 20).toFixed(1),
    [`${how}: commands of Redis in a second`]: perSecond.toFixed(0),
  };
  return { times, figures };
}

async function untilTold({ listener }: WebhookWorld, done: ReadonlyMap<string, number>): Promise<void> {
  const isTold = () => {
    const told = new Set(
      listener.heard
        .filter(({ path, type }) => path === 'maker' && type === 'session.ended')
        .map(({ data }) => String(data['account'])),
    );
    return [...done.keys()].every((account) => told.has(account));
  };
  for (const end = Date.now() + 60_000; !isTold() && Date.now() < end; await sleep(100));
}

/** Megabytes that are resident. */
function memoryOf(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

const commandsOf = (world: WebhookWorld) => infoOf(world, 'stats', 'total_commands_processed');

async function infoOf({ stores }: WebhookWorld, section: string, name: string): Promise<number> {
  const info = await stores.connection.redis.info(section);
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}
