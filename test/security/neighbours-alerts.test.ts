/**
 * Owners beside neighbours who have our server send a great many mails and texts: real Redis, real SMTP with a mail
 * server that takes its time. Bounds are on the order of mails, not on the clock (`check:faults -- --only alert-flood`
 * is the minute by the clock).
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import type { AccountId } from '../../src/accounts/account.ts';
import { startAlerts } from '../../src/alerts/alerts.ts';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import { OutgoingMail } from '../../src/mail/outgoing-mail.ts';
import { SmtpMailer } from '../../src/mail/smtp-mailer.ts';
import { writeMail } from '../../src/mail/write-mail.ts';
import { ENGLISH } from '../../src/words/reader.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { serviceAt } from '../support/service.ts';
import { testLimiter } from '../support/test-limits.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

const FROM = 'Latchkey <no-reply@example.com>';
const ISSUER = 'https://link.example.net';
const FACTS = { code: '123456', ...serviceAt(ISSUER) };

let sink: MailSink;
let stores: TestStores;
let stop: (() => Promise<void>) | undefined;

beforeEach(async () => {
  sink = await startMailSink();
  stores = await testStores();
});
afterEach(async () => {
  await stop?.();
  stop = undefined;
  await stores.connection.close();
  await sink.close();
});

function start(): void {
  const mailer = new SmtpMailer(sink.server, FROM);
  const alerts = startAlerts({
    ...stores,
    service: serviceAt(ISSUER),
    mailer,
    texts: undefined,
    textCountries: TextCountries.all,
    limiter: testLimiter(stores),
    onFailure: () => undefined,
  });
  stop = () => alerts.close().then(() => mailer.close());
}

interface Neighbour {
  readonly id: AccountId;
  readonly email: string;
}

async function neighbour(host = 'example.org'): Promise<Neighbour> {
  const id = randomId() as AccountId;
  const email = `${id.toLowerCase()}@${host}`;
  await stores.accounts.create(
    id,
    { name: 'Ada', email, emailVerified: true, createdAt: 1 },
    { passwordHash: 'x' },
  );
  return { id, email };
}

const many = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));
const event = (kind: EventKind): ActivityEvent => ({
  kind,
  by: 'owner',
  subject: { type: 'device', id: 'x' },
});
const happens = ({ id }: Neighbour, kind: EventKind) => stores.activity.record(id, event(kind));
const isTo =
  ({ email }: Neighbour) =>
  ({ to }: ParsedMail) =>
    JSON.stringify(to).includes(email);
const linksIn = ({ text = '' }: ParsedMail) => text.match(/\/not-me\/\S+/g) ?? [];
const eventsTold = (owner: Neighbour) => sink.mails.filter(isTo(owner)).flatMap(linksIn).length;

/** @returns how many mails came between now and the first one to this owner */
async function mailsBefore(owner: Neighbour): Promise<number> {
  const already = sink.mails.length;
  await sink.arrives(isTo(owner));
  return sink.mails.findIndex(isTo(owner)) - already;
}

describe('the alert of an owner beside ten accounts that flood', () => {
  it('comes among the next mails, not behind a thousand; and of the flood every event is told', async () => {
    sink.delay = 100;
    const attackers = await many(10, neighbour);
    const victim = await neighbour();
    for (let round = 0; round < 10; round += 1)
      await Promise.all(
        attackers.flatMap((one) => Array.from({ length: 5 }, () => happens(one, 'device-deregistered'))),
      );
    start();
    await sink.arrives(() => true);
    let flooding = true;
    const flood = (async () => {
      for (let round = 0; flooding && round < 50; round += 1)
        await Promise.all(attackers.map((one) => happens(one, 'device-deregistered')));
      return undefined;
    })();
    await happens(victim, 'device-linked');
    // Ten accounts may have three mails each at once; what comes faster is gathered.
    expect(await mailsBefore(victim)).toBeLessThanOrEqual(34);
    flooding = false;
    await flood;
    const owed = async (one: Neighbour) => (await stores.activity.list(one.id, { most: 1000 })).length;
    for (const one of attackers)
      while (eventsTold(one) < (await owed(one))) await new Promise((resolve) => setTimeout(resolve, 100));
    for (const one of attackers) {
      expect(eventsTold(one)).toBe(await owed(one));
      expect(sink.mails.filter(isTo(one)).length).toBeLessThan(20);
    }
  });

  it('goes first where it is critical, whatever waits', async () => {
    sink.delay = 50;
    const others = await many(40, neighbour);
    for (const one of others) await happens(one, 'device-deregistered');
    const victim = await neighbour();
    await happens(victim, 'password-changed');
    start();
    // Four mails are under way at once, and every fourth turn is for those who are not critical.
    expect(await mailsBefore(victim)).toBeLessThanOrEqual(24);
  });

  it('is not held up by hundreds of accounts in which something is about to change', async () => {
    const others = Array.from({ length: 450 }, () => randomId());
    for (const id of others) await stores.activity.prepare(id, event('device-linked'));
    start();
    const victim = await neighbour();
    await happens(victim, 'device-linked');
    await sink.arrives(isTo(victim));
    const { redis } = stores.connection;
    expect(await redis.zcard(`${stores.prefix}{alerts}:pending`)).toBeGreaterThan(450);
  });
});

describe('what is critical for one account', () => {
  it('is in the first mail, above a flood of that account’s own quieter events', async () => {
    const owner = await neighbour();
    for (let count = 0; count < 60; count += 1) await happens(owner, 'device-deregistered');
    await happens(owner, 'password-changed');
    start();
    const mail = await sink.arrives(isTo(owner));
    expect(mail.subject).toBe('Your password was changed, and 60 more events');
    expect(mail.text?.indexOf('Your password was changed')).toBeLessThan(
      mail.text?.indexOf('A device was') ?? 0,
    );
    expect(new Set(linksIn(mail)).size).toBe(61);
  });

  it('is mailed at once, although the account has used up its quieter mails', async () => {
    const owner = await neighbour();
    start();
    for (let count = 1; count <= 3; count += 1) {
      await happens(owner, 'device-deregistered');
      while (sink.mails.filter(isTo(owner)).length < count)
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await happens(owner, 'device-deregistered');
    await happens(owner, 'password-changed');
    while (eventsTold(owner) < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    const last = sink.mails.filter(isTo(owner)).at(-1);
    expect(last?.subject).toMatch(/^Your password was changed/);
  });

  it('cannot be hidden by so many events that it is dropped: the owner hears that, and can end everything', async () => {
    const owner = await neighbour();
    await happens(owner, 'email-changed');
    for (let count = 0; count < 1005; count += 5)
      await Promise.all(Array.from({ length: 5 }, () => happens(owner, 'name-changed')));
    start();
    const mail = await sink.arrives(isTo(owner));
    expect(mail.subject).toBe('More happened in your account than we can list');
    expect(linksIn(mail)).toHaveLength(1);
  });
});

describe('mailboxes that hang, or refuse for hours', () => {
  it('hold up no neighbour’s alert', async () => {
    sink.hanging = /@hangs\.example$/;
    sink.refused = /@refuses\.example$/;
    const bad = [
      ...(await many(6, () => neighbour('hangs.example'))),
      ...(await many(20, () => neighbour('refuses.example'))),
    ];
    for (const one of bad) await happens(one, 'password-changed');
    start();
    while (sink.waiting < 4) await new Promise((resolve) => setTimeout(resolve, 20));
    const victims = await many(3, neighbour);
    for (const one of victims) await happens(one, 'device-linked');
    for (const one of victims) await sink.arrives(isTo(one), 25_000);
    expect(sink.mails.every(({ to }) => !JSON.stringify(to).includes('hangs.example'))).toBe(true);
  });

  it('hold up no neighbour’s code', async () => {
    sink.hanging = /@hangs\.example$/;
    const mailer = new SmtpMailer(sink.server, FROM);
    const outgoing = new OutgoingMail(mailer, () => undefined);
    for (let count = 0; count < 6; count += 1)
      outgoing.post(writeMail('confirm-email', `${count}@hangs.example`, FACTS, ENGLISH), `192.0.2.${count}`);
    outgoing.post(writeMail('confirm-email', 'ada@example.org', FACTS, ENGLISH), '198.51.100.7');
    await sink.arrives(({ to }) => JSON.stringify(to).includes('ada@example.org'), 25_000);
    expect(sink.waiting).toBeGreaterThanOrEqual(4);
    sink.hanging = undefined;
    await mailer.close();
  });
});

describe('a code for an owner beside a network that asks for hundreds', () => {
  it('is among the next mails, and is never let go for them', async () => {
    sink.delay = 20;
    const dropped: string[] = [];
    const mailer = new SmtpMailer(sink.server, FROM);
    const outgoing = new OutgoingMail(mailer, ({ reason }) => dropped.push(reason));
    for (let count = 0; count < 1100; count += 1)
      outgoing.post(writeMail('confirm-email', `${count}@example.com`, FACTS, ENGLISH), '192.0.2.7');
    await sink.arrives(() => true);
    const already = sink.mails.length;
    outgoing.post(writeMail('confirm-email', 'ada@example.org', FACTS, ENGLISH), '198.51.100.7');
    const isOurs = ({ to }: ParsedMail) => JSON.stringify(to).includes('ada@example.org');
    await sink.arrives(isOurs);
    expect(sink.mails.findIndex(isOurs) - already).toBeLessThanOrEqual(10);
    expect(new Set(dropped)).toEqual(new Set(['too many mails under way']));
    await outgoing.settled();
    await mailer.close();
  });
});
