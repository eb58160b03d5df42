/** Alerts from the script that writes an event to the mail in the sink: real Redis, real queue, real SMTP. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { type Alerts, startAlerts } from '../../src/alerts/alerts.ts';
import type { ActivityEvent } from '../../src/events/event.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import { SmtpMailer } from '../../src/mail/smtp-mailer.ts';
import type { TextMessage } from '../../src/mail/text-message.ts';
import { newApp } from '../redis/contract/factors.ts';
import { activeGrant } from '../redis/contract/grants.ts';
import { eventually } from '../support/eventually.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { serviceAt } from '../support/service.ts';
import { testLimiter } from '../support/test-limits.ts';
import { signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const ISSUER = 'https://link.example.net';
const LINKED: ActivityEvent = {
  kind: 'device-deregistered',
  by: 'owner',
  place: { address: '192.0.2.7', userAgent: 'curl/8' },
  subject: { type: 'device', id: 'x' },
};

describe.each([
  ['one Redis', false],
  ['a Redis Cluster', true],
])('alerts on %s', (_name, cluster) => {
  let sink: MailSink;
  let stores: TestStores;
  const texts: TextMessage[] = [];
  const started: Pick<Alerts, 'close'>[] = [];

  beforeAll(async () => {
    sink = await startMailSink();
    stores = await testStores({ cluster });
  });
  afterEach(async () => {
    sink.down = false;
    await closeStarted();
  });
  afterAll(async () => {
    await stores.connection.close();
    await sink.close();
  });

  function start(): Alerts {
    const mailer = new SmtpMailer(sink.server, 'Latchkey <no-reply@example.com>');
    const alerts = startAlerts({
      ...stores,
      service: serviceAt(ISSUER),
      mailer,
      texts: { post: (text) => void texts.push(text) },
      textCountries: TextCountries.all,
      limiter: testLimiter(stores),
      onFailure: () => undefined,
    });
    started.push({ close: () => alerts.close().then(() => mailer.close()) });
    return alerts;
  }

  const closeStarted = () => Promise.all(started.splice(0).map((alerts) => alerts.close()));
  const emailOf = async (accountId: AccountId) =>
    (await stores.accounts.find(accountId))?.profile.email ?? '';
  const mailsTo = (email: string) => sink.mails.filter((mail) => JSON.stringify(mail.to).includes(email));

  it('reach the owner, in text and in HTML, with what, when and from where', async () => {
    start();
    const { accountId, grantId } = await activeGrant(stores);
    const email = await emailOf(accountId);
    await stores.grants.end(grantId, LINKED);
    const mail = await sink.arrives(({ to }) => JSON.stringify(to).includes(email));
    expect(mail.subject).toBe('A device was removed from your account');
    for (const said of [
      'A device was removed from your account',
      '“TV”',
      'UTC',
      '“curl”, 192·0·2·7',
      `${ISSUER}/not-me/`,
    ]) {
      expect(mail.text).toContain(said);
      expect(String(mail.html).replaceAll('&#39;', "'")).toContain(said);
    }
    expect(String(mail.html)).not.toMatch(/<img|<script|https?:(?!\/\/link\.example\.net)/);
  });

  it('are sent once where several servers look for them', async () => {
    start();
    start();
    // Those that come later are looked for when the earlier ones have been told.
    const emails: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { accountId, grantId } = await activeGrant(stores);
      const email = await emailOf(accountId);
      emails.push(email);
      await stores.grants.end(grantId, LINKED);
      await sink.arrives(({ to }) => JSON.stringify(to).includes(email));
    }
    // What one of them has begun is done when it has ended.
    await closeStarted();
    expect(emails.map((email) => mailsTo(email).length)).toEqual([1, 1, 1]);
  });

  it('of changes that were made while no server looked arrive when one does', async () => {
    const { accountId, grantId } = await activeGrant(stores);
    await stores.grants.end(grantId, LINKED);
    start();
    const email = await emailOf(accountId);
    await expect(sink.arrives(({ to }) => JSON.stringify(to).includes(email))).resolves.toBeDefined();
  });

  it('wait while the mail server is down, hold nothing up, and arrive afterwards under one Message-ID', async () => {
    const alerts = start();
    sink.down = true;
    sink.refusals = 0;
    const { accountId, grantId } = await activeGrant(stores);
    const email = await emailOf(accountId);
    await stores.grants.end(grantId, LINKED);
    await eventually('a try at the mail', () => sink.refusals > 0);
    expect(await alerts.depth()).toBeGreaterThan(0);
    expect(mailsTo(email)).toHaveLength(0);
    sink.down = false;
    const mail = await sink.arrives(({ to }) => JSON.stringify(to).includes(email));
    expect(mail.messageId).toMatch(/^<[\w.-]+@link\.example\.net>$/);
    expect(new Set(mailsTo(email).map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('are not sent of a sign-in with a browser that is known, nor of what is quiet', async () => {
    start();
    const { accountId, grantId } = await activeGrant(stores);
    const email = await emailOf(accountId);
    await stores.activity.record(accountId, { kind: 'signed-in', by: 'owner', details: { known: true } });
    await stores.activity.record(accountId, { kind: 'signed-out', by: 'owner' });
    await stores.grants.end(grantId, LINKED);
    await sink.arrives(({ to }) => JSON.stringify(to).includes(email));
    expect(mailsTo(email).map(({ subject }) => subject)).toEqual(['A device was removed from your account']);
  });

  it('of the most severe go to the backup phone as well, and of others do not', async () => {
    start();
    const { accountId, browser } = await signedInOwner(stores);
    const number = `+1555${String(Math.random()).slice(2, 9)}`;
    const owner = { accountId, epoch: 1 };
    const added = { kind: 'factor-added', by: 'owner' } as const;
    expect(await stores.factors.add(owner, newApp(), added)).toBe('added');
    const phone = { kind: 'phone', id: 'phone', number, createdAt: Date.now() } as const;
    expect(await stores.factors.add(owner, phone, added)).toBe('added');
    await stores.browsers.endByUid(browser.uid, { kind: 'signed-out-others', by: 'owner' });
    await stores.accounts.signOutEverything(accountId, { kind: 'signed-out-everything', by: 'owner' });
    const { email } = browser.profile;
    await sink.arrives(
      (mail) =>
        mail.subject?.startsWith('Signed out of everything') === true &&
        JSON.stringify(mail.to).includes(email),
    );
    while (!texts.some(({ to, text }) => to === number && text.includes('Signed out of everything')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(texts.filter(({ to, text }) => to === number && text.includes('other browsers'))).toEqual([]);
  });

  it('keep nothing readable in the store but ids', async () => {
    sink.down = true;
    start();
    const { accountId, grantId } = await activeGrant(stores);
    await stores.grants.end(grantId, LINKED);
    const { redis } = stores.connection;
    const owed = `${stores.prefix}{alerts}:owed`;
    let kept: string | null = null;
    while (!kept?.includes('tries')) kept = await redis.hget(owed, accountId);
    expect(Object.keys(JSON.parse(kept) as object).sort()).toEqual(['last', 'sealed', 'tries']);
    expect(kept).toContain('"sealed":""');
  });
});
