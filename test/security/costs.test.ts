/** Text messages cost money: an owner, or a stranger, who has our server send as many as they can. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { AlertTexts } from '../../src/alerts/alert-texts.ts';
import type { EventKind } from '../../src/events/event.ts';
import type { ActivityEntry } from '../../src/events/event-store.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import type { TextMessage } from '../../src/mail/text-message.ts';
import { TextCodes } from '../../src/mfa/text-codes.ts';
import { ENGLISH } from '../../src/words/reader.ts';
import { newApp } from '../redis/contract/factors.ts';
import { ageProof, sessionOf } from '../support/aged-proof.ts';
import { serviceAt } from '../support/service.ts';
import { type LimitChanges, testLimiter } from '../support/test-limits.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';

const NUMBER = '+15555550100';
const ISSUER = 'https://link.example.net';

let gateway: Server;
let received: TextMessage[] = [];
let server: WholeServer;
beforeAll(async () => {
  gateway = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push(JSON.parse(body) as TextMessage);
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const { port } = gateway.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/send`;
  server = await startWholeServer({ SMS_WEBHOOK_URL: url, SMS_COUNTRIES: '+1555, +44' });
});
afterEach(() => {
  received = [];
});
afterAll(async () => {
  await server.close();
  gateway.closeAllConnections();
  gateway.close();
});

/** An owner with an app and a backup phone, whose browser has proved both. */
async function ownerWithPhone(number = NUMBER): Promise<{ pages: PageClient; email: string }> {
  const { pages, email } = await server.signUp();
  const browser = await server.stores.browsers.resume(sessionOf(pages));
  if (!browser) throw new Error('nobody is signed in');
  const { accountId, epoch } = browser;
  const phone = { kind: 'phone', id: 'phone', number, createdAt: Date.now() } as const;
  for (const factor of [newApp(), phone])
    await server.stores.factors.add({ accountId, epoch }, factor, { kind: 'factor-added', by: 'owner' });
  await server.stores.browsers.save({ ...browser, amr: ['pwd', 'otp', 'mfa'] });
  return { pages, email };
}

const toggle = async (pages: PageClient, wanted: boolean) => {
  const page = await pages.get('/account/notifications/each');
  const choices = wanted ? { 'device-linked': 'yes' } : {};
  return pages.post('/account/notifications/each', { csrf: page.field('csrf'), ...choices });
};

describe('an owner who turns alerts on and off two hundred times', () => {
  it('is refused after ten, hears of each by mail, and gets a handful of texts', async () => {
    const { pages, email } = await ownerWithPhone();
    const statuses: number[] = [];
    for (let count = 0; count < 200; count += 1) statuses.push((await toggle(pages, count % 2 === 0)).status);
    expect(statuses.filter((status) => status === 303)).toHaveLength(10);
    expect(statuses.slice(10).every((status) => status === 429)).toBe(true);
    const told = () =>
      server.mails
        .filter(({ to }) => to === email)
        .flatMap(({ text }) => text.match(/^What you are told of/gm) ?? []);
    while (told().length < 10) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(received.length).toBeGreaterThan(0);
    expect(received.length).toBeLessThanOrEqual(5);
    expect(received.every(({ to }) => to === NUMBER)).toBe(true);
  });
});

describe('a stolen session', () => {
  it('changes neither what the owner is told of nor their phone without a fresh proof', async () => {
    const { pages } = await ownerWithPhone('+15555550101');
    await ageProof(server.stores, pages, 6);
    const asked = await toggle(pages, false);
    expect(asked.text).toContain('Before what you are told of can be changed');
    const phone = '/account/security/two-step/factor/phone/remove';
    const csrf = asked.field('csrf');
    expect((await pages.post(phone, { csrf })).text).toContain(
      'Before your two-step verification can be changed',
    );
  });

  it('removes and adds no more than twenty factors a day', async () => {
    const { pages } = await ownerWithPhone('+15555550102');
    const { field } = await pages.get('/account/notifications');
    const csrf = field('csrf');
    const statuses: number[] = [];
    for (let count = 0; count < 22; count += 1)
      statuses.push((await pages.post('/account/security/two-step/factor/phone/remove', { csrf })).status);
    expect(statuses[0]).toBe(303);
    expect(statuses.slice(20)).toEqual([429, 429]);
  });
});

describe('a number in a country to which texts do not go', () => {
  it('is refused where it is added, in words, and gets nothing', async () => {
    const { pages } = await ownerWithPhone('+15555550103');
    received = [];
    const path = '/account/security/two-step/phone';
    const refused = await pages.submit(path, path, { phone: '+247 555 0100' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('We can’t send text messages to that country');
    const allowed = await pages.submit(path, path, { phone: '+44 20 7946 0000' });
    expect(allowed.status).toBe(200);
    while (!received.some(({ to }) => to === '+442079460000'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(received.filter(({ to }) => to.startsWith('+247'))).toEqual([]);
  });
});

describe('alerts by text', () => {
  let stores: TestStores;
  const sent: TextMessage[] = [];
  beforeAll(async () => {
    stores = await testStores();
  });
  afterEach(() => void sent.splice(0));
  afterAll(() => stores.connection.close());

  const texts = { post: (text: TextMessage) => void sent.push(text) };
  const withLimits = (changes: LimitChanges = {}) => {
    const limiter = testLimiter(stores, changes);
    const shared = { service: serviceAt(ISSUER), texts, limiter, mailedCodes: stores.mailedCodes };
    return {
      alerts: new AlertTexts({ ...shared, textCountries: TextCountries.all, factors: stores.factors }),
      codes: new TextCodes({ ...shared, countries: TextCountries.all }),
    };
  };

  async function owner(number: string): Promise<AccountId> {
    const { accountId } = await signedInOwner(stores);
    const phone = { kind: 'phone', id: 'phone', number, createdAt: Date.now() } as const;
    for (const factor of [newApp(), phone])
      await stores.factors.add({ accountId, epoch: 1 }, factor, { kind: 'factor-added', by: 'owner' });
    return accountId;
  }
  const numberOf = () => `+1555${String(Math.random()).slice(2, 9)}`;
  const told = (kind: EventKind, address = '192.0.2.7'): ActivityEntry[] => [
    { id: '1-1', at: 0, event: { kind, by: 'owner', place: { address, userAgent: '' } }, device: undefined },
  ];
  const once = (free: number) => ({
    free,
    firstDelay: 3_600_000,
    highestDelay: 3_600_000,
    memory: 86_400_000,
  });

  it('of what an attacker can do many times leave places for what is more severe', async () => {
    const { alerts } = withLimits();
    const id = await owner(numberOf());
    for (let count = 0; count < 20; count += 1)
      await alerts.send(id, told('alerts-changed'), 'Changed', ENGLISH);
    expect(sent).toHaveLength(2);
    for (const kind of ['email-changed', 'password-changed', 'factor-removed'] as const)
      await alerts.send(id, told(kind), kind, ENGLISH);
    expect(sent.slice(2).map(({ text }) => /Latchkey: ([a-z-]+)/.exec(text)?.[1])).toEqual([
      'email-changed',
      'password-changed',
      'factor-removed',
    ]);
    for (let count = 0; count < 20; count += 1) await alerts.send(id, told('email-changed'), 'more', ENGLISH);
    expect(sent).toHaveLength(5);
  });

  it('do not use up the codes that the owner needs, nor codes the alerts', async () => {
    const { alerts, codes } = withLimits();
    const number = numberOf();
    const id = await owner(number);
    const asker = { accountId: id, address: '192.0.2.7' };
    const code = () => codes.send('second-step', randomId(), number, asker);
    for (let count = 0; count < 20; count += 1)
      await alerts.send(id, told('email-changed'), 'Alert', ENGLISH);
    expect((await code()).outcome).toBe('sent');
    const other = numberOf();
    const victim = await owner(other);
    for (let count = 0; count < 20; count += 1)
      await codes.send('second-step', randomId(), other, { accountId: victim, address: '192.0.2.8' });
    const before = sent.length;
    await alerts.send(victim, told('email-changed'), 'Alert', ENGLISH);
    expect(sent.length).toBe(before + 1);
  });

  it('count against the number, whichever account has it, against the network, and against the whole', async () => {
    const number = numberOf();
    const byNumber = withLimits({ TEXT_ALERT_NUMBER: once(3) }).alerts;
    for (let count = 0; count < 5; count += 1)
      await byNumber.send(await owner(number), told('email-changed', `192.0.${count}.7`), 'Alert', ENGLISH);
    expect(sent.splice(0)).toHaveLength(3);
    const byNetwork = withLimits({ TEXT_ALERT_NETWORK: once(3) }).alerts;
    for (let count = 0; count < 5; count += 1)
      await byNetwork.send(await owner(numberOf()), told('email-changed', '203.0.113.7'), 'Alert', ENGLISH);
    expect(sent.splice(0)).toHaveLength(3);
    const byAll = withLimits({ TEXT_ALERT_ALL: once(3) }).alerts;
    for (let count = 0; count < 8; count += 1)
      await byAll.send(await owner(numberOf()), told('email-changed', `198.51.${count}.7`), 'Alert', ENGLISH);
    // The three that are free, and the first of those that go in turn.
    expect(sent.splice(0)).toHaveLength(4);
  });

  it.each([
    ['number', 'TEXT_NUMBER', 3],
    ['account', 'TEXT_ACCOUNT', 3],
    ['network', 'TEXT_NETWORK', 3],
    ['whole, of which one goes in turn', 'TEXT_ALL', 4],
  ] as const)('and codes, too, against the %s', async (_of, limit, most) => {
    const { codes } = withLimits({ [limit]: once(3) });
    const [number, account] = [numberOf(), randomId()];
    for (let count = 0; count < 8; count += 1) {
      const accountId = (limit === 'TEXT_ACCOUNT' ? account : randomId()) as AccountId;
      const address = limit === 'TEXT_NETWORK' ? '203.0.113.7' : `198.51.${count}.7`;
      const to = limit === 'TEXT_NUMBER' ? number : numberOf();
      await codes.send('add-phone', randomId(), to, { accountId, address });
    }
    expect(sent).toHaveLength(most);
  });

  it('go to no country that texts do not go to, though the number was added before', async () => {
    const limiter = testLimiter(stores);
    const countries = TextCountries.parse('+44');
    if (typeof countries === 'string') throw new Error(countries);
    const alerts = new AlertTexts({
      service: serviceAt(ISSUER),
      texts,
      limiter,
      textCountries: countries,
      factors: stores.factors,
    });
    await alerts.send(await owner(numberOf()), told('email-changed'), 'Alert', ENGLISH);
    expect(sent).toEqual([]);
  });
});
