/** What owners are told of later, or elsewhere than at their email: real Redis, real queue, real SMTP. */
import { randomInt } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Closing } from '../../src/account-changes/closing.ts';
import { ClosingSweep } from '../../src/account-changes/closing-sweep.ts';
import { type Alerts, startAlerts } from '../../src/alerts/alerts.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import { SmtpMailer } from '../../src/mail/smtp-mailer.ts';
import type { TextMessage } from '../../src/mail/text-message.ts';
import { RecoverySweep } from '../../src/sessions/recovery-sweep.ts';
import { newApp } from '../redis/contract/factors.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { serviceAt } from '../support/service.ts';
import { StoredState } from '../support/stored-state.ts';
import { testLimiter } from '../support/test-limits.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const HOUR = 3_600_000;
const PLACE = { address: '192.0.2.7', userAgent: 'curl/8' };

let sink: MailSink;
let stores: TestStores;
let texts: TextMessage[] = [];
let started: (() => Promise<void>)[] = [];

beforeAll(async () => {
  sink = await startMailSink();
});
// Of its own for each test: a sweep looks at everybody who is due.
beforeEach(async () => {
  stores = await testStores();
});
afterEach(async () => {
  sink.down = false;
  await stop();
  await stores.connection.close();
});
afterAll(() => sink.close());

function start(): Alerts {
  const mailer = new SmtpMailer(sink.server, 'Latchkey <no-reply@example.com>');
  const alerts = startAlerts({
    ...stores,
    service: serviceAt('https://link.example.net'),
    mailer,
    texts: { post: (text) => void texts.push(text) },
    textCountries: TextCountries.all,
    limiter: testLimiter(stores),
    onFailure: () => undefined,
  });
  started.push(() => alerts.close().then(() => mailer.close()));
  return alerts;
}

async function stop(): Promise<void> {
  const servers = started;
  started = [];
  await Promise.all(servers.map((end) => end()));
}

const mailsTo = (email: string) => sink.mails.filter((mail) => JSON.stringify(mail.to).includes(email));
const arrives = (email: string, subject: RegExp) =>
  sink.arrives((mail) => JSON.stringify(mail.to).includes(email) && subject.test(mail.subject ?? ''));

/** An owner with an app and a phone, for whom a stranger has asked to remove them. */
async function lostSecondStep() {
  const { accountId, browser } = await signedInOwner(stores);
  const owner = { accountId, epoch: 1 };
  const number = `+1555${String(randomInt(10 ** 7)).padStart(7, '0')}`;
  const phone = { kind: 'phone', id: 'phone', number, createdAt: Date.now() } as const;
  for (const factor of [newApp(), phone])
    expect(await stores.factors.add(owner, factor, { kind: 'factor-added', by: 'owner' })).toBe('added');
  const asked = { kind: 'recovery-asked', by: 'owner', place: PLACE } as const;
  expect(await stores.recoveries.ask(owner, { wait: 72 * HOUR, open: 168 * HOUR }, asked)).toMatchObject({
    asked: true,
  });
  return { accountId, email: browser.profile.email, number };
}

/** Two servers look at once. */
const look = () => Promise.all([1, 2].map(() => new RecoverySweep(stores.recoveries).sweep()));
const kindsOf = async (accountId: string) =>
  (await stores.activity.list(accountId, { most: 50 })).map(({ event }) => event.kind);

describe('the removal of a lost second step', () => {
  it('is told at the request, a day before it can be done and when it can, by mail and by text, each once', async () => {
    texts = [];
    const { accountId, email, number } = await lostSecondStep();
    const state = new StoredState(stores);
    const told = [/asked to remove two-step/, /can soon be removed/, /can be removed from your account now/];
    // A server that stops between the steps leaves everything to the next.
    for (const [step, hours] of [0, 48, 24].entries()) {
      await state.passSinceRecovery(accountId, (hours - 1) * HOUR);
      await look();
      const before = await kindsOf(accountId);
      await state.passSinceRecovery(accountId, HOUR);
      if (step > 0) expect(before.filter((kind) => kind.startsWith('recovery-'))).toHaveLength(step);
      await look();
      start();
      await arrives(email, told[step] ?? /-/);
      while (!texts.some(({ to, text }) => to === number && told[step]?.test(text)))
        await new Promise((resolve) => setTimeout(resolve, 20));
      await stop();
    }
    await look();
    expect((await kindsOf(accountId)).slice(0, 3)).toEqual([
      'recovery-open',
      'recovery-soon',
      'recovery-asked',
    ]);
    const mails = mailsTo(email).filter(({ subject }) => told.some((words) => words.test(subject ?? '')));
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(3);
    const soon = mails.find(({ subject }) => told[1]?.test(subject ?? ''));
    expect(soon?.text).toMatch(/Possible from: .+ UTC/);
    expect(soon?.text).toContain('If that was you, sign in with your password then');
    expect(await stores.connection.redis.exists(`${stores.prefix}{recovery}:due`)).toBe(0);
  });

  it('is told of no more once it was cancelled, not even where that was under way', async () => {
    const { accountId, email } = await lostSecondStep();
    const state = new StoredState(stores);
    await state.passSinceRecovery(accountId, 48 * HOUR);
    await look();
    expect((await kindsOf(accountId))[0]).toBe('recovery-soon');
    await stores.accounts.signOutEverything(accountId, { kind: 'signed-out-everything', by: 'owner' });
    await state.passSinceRecovery(accountId, 24 * HOUR);
    await look();
    const alerts = start();
    await arrives(email, /Signed out of everything/);
    while ((await alerts.depth()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(mailsTo(email).filter(({ subject }) => /removed/.test(subject ?? ''))).toEqual([]);
    expect(await kindsOf(accountId)).not.toContain('recovery-open');
    expect(await stores.connection.redis.exists(`${stores.prefix}{recovery}:due`)).toBe(0);
  });
});

describe('what has to be told elsewhere', () => {
  it('another email is told to the old one too, by whichever server comes next', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const old = browser.profile.email;
    const email = `${randomId()}@example.org`;
    const account = await stores.accounts.find(accountId);
    if (!account) throw new Error('there is no account');
    const event = { kind: 'email-changed', by: 'owner', place: PLACE, details: { was: old } } as const;
    expect(await stores.accounts.moveEmail(account, email, event)).toBe('moved');
    sink.down = true;
    const alerts = start();
    while ((await alerts.depth()) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    await stop();
    sink.down = false;
    start();
    const [toOld, toNew] = [
      await arrives(old, /The email of your account was changed/),
      await arrives(email, /Your email was changed/),
    ];
    expect(toOld.text).not.toContain(email);
    expect(toOld.messageId).not.toBe(toNew.messageId);
  });

  it('a closed account is told to who had it, though nothing of it is left, and then not kept', async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const { email } = browser.profile;
    await new Closing(stores.closings).ask(browser, PLACE);
    await new StoredState(stores).reachClosing(accountId);
    sink.down = true;
    await new ClosingSweep(stores.closings, start(), { tellOf: async () => undefined }).sweep();
    expect(await stores.accounts.find(accountId)).toBeUndefined();
    const owed = `${stores.prefix}{alerts}:owed`;
    const kept = await stores.connection.redis.hget(owed, `closed:${accountId}`);
    expect(kept).toContain('sealed');
    expect(kept).not.toContain(email);
    await stop();
    sink.down = false;
    const alerts = start();
    const mail = await arrives(email, /Your account is closed/);
    expect(mail.text).toContain('everything about it, is gone');
    while ((await alerts.depth()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await stores.connection.redis.exists(owed)).toBe(0);
  });
});
