/** `POST /voice-code/purchase` on the whole server, and the page on which an owner says how much may be bought. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { AccountKeys } from '../../src/redis/account-keys.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const PATH = '/voice-code/purchase';
const HUB = '/account/security/voice-code';
const LIMITS = { currency: 'EUR', day_limit: '50', free_limit: '10' };

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ VOICE_CODE_TRIES_DEVICE: '60', VOICE_CODE_TRIES_ACCOUNT: '600' });
});
afterAll(() => server.close());

interface Household {
  accountId: AccountId;
  pages: PageClient;
  /** What the device says, with an access token of its own. */
  buys: (form: Readonly<Record<string, string>>) => Promise<Page>;
}

async function tokenFor(pages: PageClient, scope: string): Promise<string> {
  const device = new DeviceClient(server.issuer);
  const { deviceCode, userCode } = codesOf(await device.authorize({ scope, device_name: 'Kitchen radio' }));
  const page = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  return tokensOf(await device.poll(deviceCode)).access_token ?? '';
}

let keys = 0;
async function household(
  limits: typeof LIMITS | 'none' = LIMITS,
  scope = 'openid offline_access voice_code',
): Promise<Household> {
  const { email, pages } = await server.signUp(server.visitor('127.0.0.1'));
  const account = await server.stores.accounts.findByEmail(email);
  if (!account) throw new Error('there is no account');
  await pages.submit(HUB, HUB, { voice_code: '4071' });
  if (limits !== 'none') expect((await pages.submit(HUB, `${HUB}/limits`, limits)).status).toBe(303);
  const authorization = `Bearer ${await tokenFor(pages, scope)}`;
  const buys: Household['buys'] = (form) => {
    keys += 1;
    const whole = { amount: '499', currency: 'EUR', idempotency_key: `key-${keys}`, ...form };
    return server.visitor().post(PATH, whole, { authorization });
  };
  return { accountId: account.id, pages, buys };
}

const said = ({ status, text }: Page) => [status, (JSON.parse(text) as { error?: string }).error ?? text];
const ALLOWED = [200, '{"allowed":true}'];

describe('a device that asks whether something may be bought', () => {
  it('hears yes, and each no by its name', async () => {
    const { buys } = await household();
    expect(said(await buys({}))).toEqual(ALLOWED);
    expect(said(await buys({ amount: '502' }))).toEqual([403, 'code_needed']);
    expect(said(await buys({ amount: '502', code: '4072' }))).toEqual([403, 'code_refused']);
    expect(said(await buys({ amount: '502', code: '40 71' }))).toEqual(ALLOWED);
    expect(said(await buys({ amount: '4000', code: '4071' }))).toEqual([403, 'day_limit_met']);
    expect(said(await buys({ currency: 'SEK' }))).toEqual([403, 'currency_refused']);
    for (const { headers } of [await buys({}), await buys({ amount: '502' })])
      expect([headers['cache-control'], headers['set-cookie']]).toEqual(['no-store', undefined]);
  });

  it('may send the same once more, and hears that another thing was bought under the same key', async () => {
    const { buys, accountId } = await household();
    const one = { amount: '700', idempotency_key: 'order/17' };
    const answers = await Promise.all([buys(one), buys(one), buys(one)]);
    expect(answers.map(said)).toEqual([ALLOWED, ALLOWED, ALLOWED]);
    expect(said(await buys({ ...one, amount: '701' }))).toEqual([422, 'idempotency_key_reused']);
    expect(await server.stores.voicePurchases.state(accountId)).toMatchObject({ bought: 700, bare: 700 });
  });

  it('sells nothing to an owner who has not said how much', async () => {
    const { buys } = await household('none');
    expect(said(await buys({ amount: '1', code: '4071' }))).toEqual([403, 'limits_not_set']);
  });

  it.each([
    { amount: '0' },
    { amount: '-5' },
    { amount: '4.99' },
    { amount: '1e3' },
    { amount: '0x10' },
    { amount: '1000000000000' },
    { amount: '９' },
    { currency: 'eur' },
    { currency: 'EURO' },
    { currency: '' },
    { idempotency_key: '' },
    { idempotency_key: 'x'.repeat(256) },
    { idempotency_key: 'a b' },
    { idempotency_key: 'ключ' },
    { code: '' },
    { code: '407' },
    { code: '４０７１' },
  ])('has to say what it wants to buy: %j is no purchase, and no try', async (form) => {
    const { buys, accountId } = await wrongForms();
    expect(said(await buys(form as Record<string, string>))).toEqual([400, 'invalid_request']);
    expect(await server.stores.voicePurchases.state(accountId)).toMatchObject({ bought: 0 });
  });

  it('needs the scope and a token that is good', async () => {
    const { buys } = await household(LIMITS, 'openid offline_access');
    expect(said(await buys({}))).toEqual([403, 'insufficient_scope']);
    const { status, headers } = await server.visitor().post(PATH, {}, { authorization: 'Bearer x' });
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
  });
});

let forms: Promise<Household> | undefined;
/** One household for all forms that are none. */
const wrongForms = () => {
  forms ??= household();
  return forms;
};

describe('the page of the voice code', () => {
  const today = ({ text }: Page) => /<p>(Bought today:.*)<\/p>/.exec(text)?.[1]?.replace(/<[^>]*>/g, '');

  it('says what was bought today, in the owner’s money and by the owner’s day', async () => {
    const { buys, pages, accountId } = await household();
    await buys({ amount: '250' });
    await buys({ amount: '1000', code: '4071' });
    expect(today(await pages.get(HUB))).toBe(
      'Bought today: €12.50 of €50.00, without the code €2.50 of €10.00.',
    );
    // The same moment is another day where the clock is a day ahead of where it was bought.
    const { connection, prefix } = server.stores;
    await connection.redis.hincrby(new AccountKeys(prefix, accountId).voiceLimits, 'day', -2);
    expect(today(await pages.get(HUB))).toBe(
      'Bought today: €0.00 of €50.00, without the code €0.00 of €10.00.',
    );
    await pages.submit('/account/settings/time-zone', '/account/settings/time-zone', {
      time_zone: 'Asia/Tokyo',
    });
    expect((await pages.get(HUB)).text).toContain('A day begins at midnight in Asia/Tokyo.');
  });

  it('keeps what was typed wrongly, and says what is wrong with it', async () => {
    const { pages, accountId } = await household();
    const wrong = { currency: '', day_limit: '80', free_limit: '3' };
    const page = await pages.submit(HUB, `${HUB}/limits`, wrong);
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('Choose a currency.')]);
    expect(page.text).toMatch(/<input [^>]*name="day_limit"[^>]* value="80"/);
    const more = await pages.submit(HUB, `${HUB}/limits`, { ...LIMITS, free_limit: '51' });
    expect(more.text).toContain('Without the code it cannot be more than in a day.');
    const state = await server.stores.voicePurchases.state(accountId);
    expect(state).toMatchObject({ currency: 'EUR', most: 5000, free: 1000 });
  });

  it('tells the owner of each change, and the data file has the limits and the sums', async () => {
    const { buys, pages } = await household();
    await buys({ amount: '250' });
    expect((await pages.get('/account/activity')).text).toContain(
      'How much may be bought by voice was changed',
    );
    const file = await pages.submit('/account/data', '/account/data/download', {});
    expect((JSON.parse(file.text) as { buyingByVoice: unknown }).buyingByVoice).toEqual({
      currency: 'EUR',
      mostInADay: 5000,
      mostWithoutTheCode: 1000,
      lastDay: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      boughtThen: 250,
      boughtThenWithoutTheCode: 250,
    });
  });
});

it('a purchase leaves a line without what was bought, and nothing of its key in Redis', async () => {
  const { buys, accountId } = await household();
  await buys({ amount: '321', idempotency_key: 'order-of-a-secret-thing' });
  await buys({ amount: '99999', idempotency_key: 'order-of-a-secret-thing-2' });
  const lines = server
    .logged()
    .split('\n')
    .filter((line) => line.includes('voice-purchase-'));
  expect(lines.map((line) => (JSON.parse(line) as { reason?: string }).reason)).toEqual(
    expect.arrayContaining([undefined, 'day_limit_met']),
  );
  expect(server.logged()).not.toContain('secret-thing');
  const { connection, prefix } = server.stores;
  const kept = await connection.redis.hgetall(new AccountKeys(prefix, accountId).voicePurchases);
  expect(Object.keys(kept)).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toContain('secret-thing');
});
