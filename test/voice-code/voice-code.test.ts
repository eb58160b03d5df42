/** `POST /voice-code/verify` on the whole server: who may ask, what is answered, and what is never told. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { contentsUnder } from '../redis/keyspace-contents.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { deviceKey } from '../support/device-key.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { shows } from '../support/spellings.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { Page, PageClient } from '../web/page-client.ts';

const PATH = '/voice-code/verify';
const HUB = '/account/security/voice-code';
const [RIGHT, WRONG] = ['4071', '4072'];

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ VOICE_CODE_WRONG: '4' });
});
afterAll(() => server.close());

interface Household {
  accountId: AccountId;
  pages: PageClient;
  tokens: Tokens;
}

async function linked(
  pages: PageClient,
  scope: string,
  headers: Record<string, string> = {},
): Promise<Tokens> {
  const device = new DeviceClient(server.issuer);
  const { deviceCode, userCode } = codesOf(await device.authorize({ scope, device_name: 'Kitchen radio' }));
  const page = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'tv' };
  return tokensOf(await device.post('/token', { ...form, device_code: deviceCode }, headers));
}

/** An account, in the house of its device, with a voice code where one is given. */
async function household(code?: string, scope = 'openid offline_access voice_code'): Promise<Household> {
  const { email, pages } = await server.signUp(server.visitor('127.0.0.1'));
  const account = await server.stores.accounts.findByEmail(email);
  if (!account) throw new Error('there is no account');
  if (code) expect((await pages.submit(HUB, HUB, { voice_code: code })).status).toBe(303);
  return { accountId: account.id, pages, tokens: await linked(pages, scope) };
}

const asks = (token: string | undefined, code: string, headers: Record<string, string> = {}): Promise<Page> =>
  server
    .visitor()
    .post(PATH, { code }, token === undefined ? headers : { authorization: `Bearer ${token}`, ...headers });

/** All that an answer says, without what names the request or the moment. */
function saying({ status, headers, text }: Page): string {
  const { date: _date, 'x-request-id': _id, ...rest } = headers;
  return JSON.stringify({ status, rest, text });
}

describe('a device that asks whether a voice code is right', () => {
  it('hears yes or no', async () => {
    const { tokens } = await household(RIGHT);
    const [yes, no] = [await asks(tokens.access_token, '40 71'), await asks(tokens.access_token, WRONG)];
    expect([yes.status, JSON.parse(yes.text)]).toEqual([200, { verified: true }]);
    expect([no.status, JSON.parse(no.text)]).toEqual([200, { verified: false }]);
    expect(yes.headers['cache-control']).toBe('no-store');
  });

  it('hears the same of a wrong code, of one that is locked, removed, or was never set', async () => {
    const [wrong, locked, removed, none] = await Promise.all([
      household(RIGHT),
      household(RIGHT),
      household(RIGHT),
      household(),
    ]);
    const owner = { accountId: locked.accountId, epoch: 1 };
    const [device] = await server.stores.linkedDevices.list(owner);
    const grant = { ...owner, name: device?.id ?? '' };
    const limits = { device: 9, account: 9, window: 1, wrong: 1 };
    const event = { kind: 'voice-code-locked', by: 'device' } as const;
    await server.stores.voiceCodes.try(grant, WRONG, limits, event);
    expect((await locked.pages.get(HUB)).text).toContain('Locked');
    await removed.pages.submit(HUB, `${HUB}/remove`, {});
    const answers = [
      await asks(wrong.tokens.access_token, WRONG),
      await asks(locked.tokens.access_token, RIGHT),
      await asks(removed.tokens.access_token, RIGHT),
      await asks(none.tokens.access_token, RIGHT),
    ];
    expect(new Set(answers.map(saying)).size).toBe(1);
    expect(answers[0]?.text).toBe('{"verified":false}');
  });

  it('has at most five of a thousand guesses at once evaluated, and its owner unlocks the code', async () => {
    const { tokens, pages, accountId } = await household(RIGHT);
    const codes = Array.from({ length: 1000 }, (_, index) => String(5000 + index));
    const answers: Page[] = [];
    for (let at = 0; at < codes.length; at += 100) {
      const some = codes.slice(at, at + 100).map((code) => asks(tokens.access_token, code));
      answers.push(...(await Promise.all(some)));
    }
    const evaluated = answers.filter(({ status }) => status === 200);
    expect(evaluated.map(({ text }) => text)).toEqual(Array(5).fill('{"verified":false}'));
    const held = answers.filter(({ status }) => status !== 200);
    expect(held.filter(({ status }) => status !== 429).map(({ status, text }) => [status, text])).toEqual([]);
    expect(held).toHaveLength(995);
    for (const { headers } of held) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(await server.stores.voiceCodes.state(accountId)).toMatchObject({ isLocked: true });
    const page = await pages.get('/account/activity');
    expect(page.text).toContain(
      'Your voice code was locked after too many wrong tries, the last on “Kitchen radio”',
    );
    const done = await pages.submit(HUB, `${HUB}/unlock`, {});
    expect((await pages.get(done.location)).text).toContain('Your voice code is unlocked.');
    expect(await server.stores.voiceCodes.state(accountId)).toMatchObject({ isLocked: false });
  });

  it('locks the code with as many wrong ones in a row as the operator has set', async () => {
    const { tokens, accountId } = await household(RIGHT);
    for (const isLocked of [false, false, false, true]) {
      await asks(tokens.access_token, WRONG);
      expect(await server.stores.voiceCodes.state(accountId)).toMatchObject({ isLocked });
    }
  });

  it('is held up just so where there is no code', async () => {
    const { tokens } = await household();
    const answers = await Promise.all(Array.from({ length: 20 }, () => asks(tokens.access_token, RIGHT)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it.each(['', '123', '12345', '12a4', '１２３４'])('has to say four digits, not %j', async (code) => {
    const { tokens } = await household(RIGHT);
    const answer = await asks(tokens.access_token, code);
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, 'invalid_request']);
  });
});

describe('who may not ask', () => {
  it('hears the same, whatever is the matter with the token', async () => {
    const [deregistered, signedOut, disabled, refresh] = await Promise.all(
      Array.from({ length: 4 }, () => household(RIGHT)),
    );
    if (!deregistered || !signedOut || !disabled || !refresh) throw new Error('no households');
    const { accounts, grants, linkedDevices } = server.stores;
    const [device] = await linkedDevices.list({ accountId: deregistered.accountId, epoch: 1 });
    await grants.end(`${deregistered.accountId}.1.${device?.id}`);
    await accounts.signOutEverything(signedOut.accountId);
    await accounts.setStatus(disabled.accountId, 'disabled');
    const answers = [
      await asks('x'.repeat(43), RIGHT),
      await asks(deregistered.tokens.access_token, RIGHT),
      await asks(signedOut.tokens.access_token, RIGHT),
      await asks(disabled.tokens.access_token, RIGHT),
      await asks(refresh.tokens.refresh_token, RIGHT),
      await asks(await boundToken(), RIGHT),
      await asks('__proto__', RIGHT),
    ];
    expect(new Set(answers.map(saying)).size).toBe(1);
    expect(answers[0]?.status).toBe(401);
    expect(answers[0]?.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('hears of no error without a token, and of the scope that a token lacks', async () => {
    const without = await asks(undefined, RIGHT);
    expect([without.status, without.headers['www-authenticate']]).toEqual([
      401,
      'Bearer, DPoP algs="ES256 Ed25519 EdDSA"',
    ]);
    const { tokens } = await household(RIGHT, 'openid offline_access');
    const narrow = await asks(tokens.access_token, RIGHT);
    expect([narrow.status, narrow.headers['www-authenticate']]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="voice_code"',
    ]);
  });

  it('is everybody with cookies alone, and every page of another site', async () => {
    const { pages, tokens } = await household(RIGHT);
    const csrf = (await pages.get(HUB)).field('csrf');
    const signedIn = await pages.post(PATH, { code: RIGHT, csrf, access_token: tokens.access_token });
    expect([signedIn.status, signedIn.headers['set-cookie']]).toEqual([401, undefined]);
    const origin = 'https://evil.example';
    const authorization = `Bearer ${tokens.access_token}`;
    const asked = await pages.post(PATH, { code: RIGHT }, { authorization, origin });
    const preflight = await pages.send('OPTIONS', PATH, undefined, {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    });
    expect([preflight.status, preflight.headers['allow']]).toEqual([405, 'POST']);
    for (const { headers } of [asked, preflight]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  it('cannot ask in another way', async () => {
    const { tokens } = await household(RIGHT);
    const authorization = `Bearer ${tokens.access_token}`;
    const got = await server.visitor().get(`${PATH}?code=${RIGHT}`, { authorization });
    expect([got.status, got.headers['allow']]).toEqual([405, 'POST']);
    const twice = await server.visitor().send('POST', PATH, `code=${RIGHT}&code=${WRONG}`, {
      authorization,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([twice.status, JSON.parse(twice.text).error]).toEqual([400, 'invalid_request']);
  });
});

it('a voice code is in no log, on no page, and not readable in Redis', async () => {
  // Four digits stand in any dump by chance; in four places of their own they would not.
  const { accountId, pages, tokens } = await household(RIGHT);
  await asks(tokens.access_token, RIGHT);
  await asks(tokens.access_token, '8264');
  expect((await pages.get(HUB)).text).not.toContain(RIGHT);
  const kept = await contentsUnder(
    server.stores.connection.redis,
    `${server.stores.prefix}{${accountId}}:voice`,
  );
  expect(Object.keys(kept)).toHaveLength(2);
  const fields = Object.values(kept).flatMap((hash) => Object.values(hash as Record<string, string>));
  const spelled = new Set([RIGHT, '8264', btoa(RIGHT), btoa('8264')]);
  expect(fields.filter((value) => spelled.has(value))).toEqual([]);
  const { keyring } = server.stores;
  expect(fields).toContain(keyring.mac('voice-code', `${accountId}:${RIGHT}`));
  const logged = server.logged();
  expect(logged).toContain('voice-code-right');
  for (const line of logged
    .split('\n')
    .filter((one) => one.includes('/voice-code/') || one.includes('voice-code-')))
    for (const code of [RIGHT, '8264']) expect(wordsOf(line)).not.toContain(code);
  expect(shows(logged, tokens.access_token)).toBe(false);
});

/** Whole words of a line, without the parts of ids and of times. */
const wordsOf = (line: string) => line.split(/[^A-Za-z0-9_-]+/);

/** Of a device that is bound to a key, presented by a thief who has the token alone. */
async function boundToken(): Promise<string> {
  const key = await deviceKey(server.issuer);
  const { pages } = await server.signUp(server.visitor('127.0.0.1'));
  const dpop = await key.prove('/token');
  const { access_token: token } = await linked(pages, 'openid offline_access voice_code', { dpop });
  if (!token) throw new Error('no token');
  return token;
}
