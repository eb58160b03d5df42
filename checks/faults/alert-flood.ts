import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountId } from '../../src/accounts/account.ts';
import type { ActivityEvent } from '../../src/events/event.ts';
import type { Installation } from '../../test/support/installation.ts';
import type { MailSink } from '../../test/support/mail-sink.ts';
import { randomId } from '../../test/support/test-stores.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { percentile } from '../check.ts';
import { type MailWorld, withMailWorld } from './mail-world.ts';

const ATTACKERS = 10;
const FLOOD_MS = 60_000;
/** Each attacker's events follow one another at once, as quick as the store takes them, with this pause, in milliseconds. */
const EVENT_PAUSE_MS = 50;
const VICTIM_PAUSE_MS = 3000;
const MAIL_MS = 250;
const MAX_DELAY_MS = 5000;

/** Ten accounts flood for a minute beside owners of whom each hears of one new device. */
export const alertFlood: Check = {
  name: 'alert-flood',
  claim:
    'ten accounts flood for a minute, a mail takes 250 ms: every other owner is told within 5 s, and every event is told',
  run: (on) => withMailWorld((world) => floodAlerts(world, on)),
};

const LINKED: ActivityEvent = { kind: 'device-linked', by: 'owner', subject: { type: 'device', id: 'x' } };

async function floodAlerts({ installation, sink }: MailWorld, { say }: CheckRun): Promise<Findings> {
  sink.delay = MAIL_MS;
  const times: number[] = [];
  const flooded = new Map<string, number>();
  const end = Date.now() + FLOOD_MS;
  const floods = Array.from({ length: ATTACKERS }, async () => {
    const { id, email } = await ownerOf(installation);
    for (let count = 1; Date.now() < end; count += 1) {
      await installation.stores.activity.record(id, LINKED);
      flooded.set(email, count);
      await sleep(EVENT_PAUSE_MS);
    }
  });
  await sleep(VICTIM_PAUSE_MS);
  while (Date.now() < end) {
    times.push(await timeToTell(installation, sink));
    say(`${times.length} owners told, the last after ${times.at(-1)?.toFixed(0)} ms`);
    await sleep(VICTIM_PAUSE_MS);
  }
  await Promise.all(floods);
  const violations = await untilAllTold(sink, flooded);
  const slowest = Math.max(...times);
  if (slowest > MAX_DELAY_MS) violations.push(`an owner was told after ${slowest.toFixed(0)} ms`);
  return {
    figures: {
      'events of the flood': [...flooded.values()].reduce((sum, count) => sum + count, 0),
      mails: sink.mails.length,
      'told, median ms': percentile(times, 0.5).toFixed(0),
      'told, slowest ms': slowest.toFixed(0),
    },
    violations,
  };
}

async function ownerOf({ stores }: Installation): Promise<{ id: AccountId; email: string }> {
  const id = randomId() as AccountId;
  const email = `${id.toLowerCase()}@example.org`;
  const profile = { name: 'Ada', email, emailVerified: true, createdAt: 1 };
  await stores.accounts.create(id, profile, { passwordHash: 'x' });
  return { id, email };
}

async function timeToTell(installation: Installation, sink: MailSink): Promise<number> {
  const { id, email } = await ownerOf(installation);
  const began = performance.now();
  await installation.stores.activity.record(id, LINKED);
  await sink.arrives(({ to }) => JSON.stringify(to).includes(email));
  return performance.now() - began;
}

/** Of the flood nothing is lost either: each event has its own button in some mail. */
async function untilAllTold(sink: MailSink, flooded: ReadonlyMap<string, number>): Promise<string[]> {
  const told = (email: string) =>
    new Set(
      sink.mails
        .filter(({ to }) => JSON.stringify(to).includes(email))
        .flatMap(({ text = '' }) => text.match(/\/not-me\/\S+/g) ?? []),
    ).size;
  const missing = () => [...flooded].filter(([email, count]) => told(email) < count);
  for (const end = Date.now() + FLOOD_MS; missing().length > 0 && Date.now() < end; await sleep(500));
  return missing().map(([email, count]) => `${told(email)} of ${count} events were told to a flooding owner`);
}
