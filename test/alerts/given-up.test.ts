/** A mailbox that takes nothing: how often and how long a mail is tried. Real Redis, real SMTP; only the pauses are cut. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Alerts, startAlerts } from '../../src/alerts/alerts.ts';
import type { ActivityEvent } from '../../src/events/event.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import { SmtpMailer } from '../../src/mail/smtp-mailer.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { serviceAt } from '../support/service.ts';
import { testLimiter } from '../support/test-limits.ts';
import { signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const HOUR = 3_600_000;
const PLACE = { address: '192.0.2.7', userAgent: 'curl/8' };
const ended = (name: string): ActivityEvent => ({
  kind: 'device-deregistered',
  by: 'owner',
  place: PLACE,
  subject: { type: 'device', id: 'x', name },
});

interface Failure {
  readonly tries?: number;
  readonly last?: boolean;
}

let sink: MailSink;
let stores: TestStores;
let alerts: Alerts;
/** After each try that failed: how long the next one would have waited, in milliseconds. */
let pauses: number[];
let failures: Failure[];
let onPause: () => void;

beforeAll(async () => {
  sink = await startMailSink();
});
beforeEach(async () => {
  stores = await testStores();
  [pauses, failures, onPause] = [[], [], () => undefined];
});
afterEach(async () => {
  sink.down = false;
  await alerts.close();
  await stores.connection.close();
});
afterAll(() => sink.close());

/** A server for which no pause takes any time. */
function start(): void {
  const owed = stores.owedMails;
  const mailer = new SmtpMailer(sink.server, 'Latchkey <no-reply@example.com>');
  const started = startAlerts({
    ...stores,
    owedMails: {
      owe: (...given) => owed.owe(...given),
      take: (...given) => owed.take(...given),
      keep: (...given) => owed.keep(...given),
      end: (...given) => owed.end(...given),
      count: () => owed.count(),
      fail: async (given, pause) => {
        pauses.push(pause);
        onPause();
        await owed.fail(given, 0);
      },
    },
    service: serviceAt('https://link.example.net'),
    mailer,
    texts: { post: () => undefined },
    textCountries: TextCountries.all,
    limiter: testLimiter(stores),
    onFailure: (failure) => failures.push(failure),
  });
  alerts = { ...started, close: () => started.close().then(() => mailer.close()) };
}

/** An owner one of whose devices has ended. */
async function owner() {
  const { accountId, browser } = await signedInOwner(stores);
  const end = (name: string) => stores.activity.record(accountId, ended(name));
  return { end, email: browser.profile.email };
}

const given = (what: () => boolean) =>
  (async () => {
    while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
  })();
const mailsTo = (email: string) => sink.mails.filter((mail) => JSON.stringify(mail.to).includes(email));
const isGivenUp = () => failures.some(({ last }) => last);

describe('a mail that an owner is owed and whose mailbox takes nothing', () => {
  it('is tried 60 times within nine hours and a half, then given up; what happens later is told, and it alone', async () => {
    sink.down = true;
    const { end, email } = await owner();
    start();
    await end('Attic TV');
    await given(isGivenUp);
    expect(failures.map(({ tries, last }) => [tries, last])).toEqual(
      Array.from({ length: 60 }, (_, index) => [index + 1, index === 59]),
    );
    expect(pauses.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    const waited = pauses.reduce((sum, pause) => sum + pause, 0);
    expect(waited).toBeGreaterThan(8 * HOUR);
    expect(waited).toBeLessThan(9.5 * HOUR);
    while ((await alerts.depth()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    sink.down = false;
    await end('Kitchen radio');
    await given(() => mailsTo(email).length > 0);
    const [mail] = mailsTo(email);
    expect(mail?.text).toContain('Kitchen radio');
    expect(mail?.text).not.toContain('Attic TV');
  });

  it('is not given up before: a mailbox that is well again at the 60th try gets it', async () => {
    sink.down = true;
    const { end, email } = await owner();
    onPause = () => {
      sink.down = pauses.length < 59;
    };
    start();
    await end('Attic TV');
    await given(() => mailsTo(email).length > 0);
    expect(mailsTo(email)[0]?.text).toContain('Attic TV');
    expect(isGivenUp()).toBe(false);
  });

  it('leaves nothing behind where the account is gone and its former mailbox takes nothing', async () => {
    sink.down = true;
    const { accountId } = await signedInOwner(stores);
    const account = await stores.accounts.find(accountId);
    start();
    if (account) await alerts.add(account);
    expect(await alerts.depth()).toBe(1);
    await given(isGivenUp);
    while ((await alerts.depth()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pauses).toHaveLength(59);
    expect(await stores.owedMails.take(['critical', 'notify', 'retry'])).toBeUndefined();
  });
});
