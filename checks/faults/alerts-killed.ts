import { setTimeout as sleep } from 'node:timers/promises';
import type { ParsedMail } from 'mailparser';
import type { Installation } from '../../test/support/installation.ts';
import { codesOf, tokensOf } from '../../test/support/linked-device.ts';
import type { MailSink } from '../../test/support/mail-sink.ts';
import type { Check, CheckRun, Findings } from '../check.ts';
import { type MailWorld, withMailWorld } from './mail-world.ts';

const AT_ONCE = 3;
/** So many mails may be told of again meanwhile: a job of a dead server is taken over after 20 s, a refused mail tried again after 64 s. */
const TIMEOUT = 220_000;

/** `kill -9` of the server between a change and the mail about it. */
export const alertsKilled: Check = {
  name: 'alerts',
  claim:
    'kill -9 between a change and its alert: every alert arrives, and those that arrive twice have one Message-ID',
  run: (on) => alertRounds(100, on),
};

export function alertRounds(rounds: number, on: CheckRun): Promise<Findings> {
  return withMailWorld((world) => killRounds(rounds, world, on));
}

async function killRounds(
  rounds: number,
  { installation, sink }: MailWorld,
  { random, say }: CheckRun,
): Promise<Findings> {
  const expected: OwedAlert[] = [];
  const violations: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const names = Array.from({ length: AT_ONCE }, (_, index) => `Device ${round}-${index}`);
    const changes = Promise.allSettled(names.map((name) => linkAndLeave(installation, name, expected)));
    // Every other time at least one alert is owed by then, however slow the machine is.
    const before = expected.length;
    const pause = random.whole(20, 1500);
    let isDone = false;
    void changes.then(() => {
      isDone = true;
    });
    while (round % 2 === 1 && expected.length === before && !isDone) await sleep(10);
    await sleep(pause);
    await installation.killServer();
    await changes;
    await installation.restartServer();
    if (round % 10 === 0) say(`${round} kills, ${expected.length} alerts owed, ${sink.mails.length} mails`);
  }
  violations.push(...(await untilTold(sink, expected)));
  return {
    figures: { kills: rounds, ...countMails(sink, expected) },
    violations: [...violations, ...twins(sink, expected)],
  };
}

/** What an owner has to be told, and of which device. */
export interface OwedAlert {
  readonly title: string;
  readonly device: string;
}

/** Each change that the server has acknowledged owes its owner an alert. */
export async function linkAndLeave(
  installation: Installation,
  name: string,
  expected: OwedAlert[],
): Promise<void> {
  const device = installation.device();
  const owner = await installation.owner();
  const codes = codesOf(await device.authorize({ device_name: name }));
  if ((await owner.decide(codes.userCode, 'approve')) !== 'linked') return;
  const answer = await device.poll(codes.deviceCode);
  if (answer.status !== 200) return;
  expected.push({ title: 'A device was linked to your account', device: name });
  const revoked = await device.revoke(tokensOf(answer).refresh_token);
  if (revoked.status === 200) expected.push({ title: 'A device signed itself off', device: name });
}

export async function untilTold(sink: MailSink, expected: readonly OwedAlert[]): Promise<string[]> {
  const missing = () => expected.filter((owed) => mailsOf(sink, owed).length === 0);
  for (const end = Date.now() + TIMEOUT; missing().length > 0 && Date.now() < end; await sleep(200));
  return missing().map(({ title, device }) => `never told: ${title} (${device})`);
}

/** One mail may tell of several events; the devices of one owner here have one name. */
function mailsOf({ mails }: MailSink, { title, device }: OwedAlert): ParsedMail[] {
  return mails.filter(({ text = '' }) => text.includes(title) && text.includes(`“${device}”`));
}

function countMails(sink: MailSink, expected: readonly OwedAlert[]): Record<string, number> {
  const ids = new Set(sink.mails.map(({ messageId }) => messageId));
  return {
    'alerts owed': expected.length,
    mails: sink.mails.length,
    'of them a second time': sink.mails.length - ids.size,
  };
}

function twins(sink: MailSink, expected: readonly OwedAlert[]): string[] {
  return expected.flatMap((owed) => {
    const ids = new Set(mailsOf(sink, owed).map(({ messageId }) => messageId));
    return ids.size > 1 ? [`${ids.size} Message-IDs: ${owed.title} (${owed.device})`] : [];
  });
}
