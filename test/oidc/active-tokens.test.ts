import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { commandsSent } from '../support/commands-sent.ts';
import { API_BASIC } from '../support/device-client.ts';
import { FORM, mostly, oddHeaders, oddRuns } from '../support/odd-requests.ts';
import type { RawAnswer, RawClient } from '../support/raw-client.ts';
import { StoredState } from '../support/stored-state.ts';
import { ROTATED, TwoPaths } from '../support/two-paths.ts';

const PATH = '/token/introspection';
let paths: TwoPaths;
/** Tokens by what became of them. */
const tokens: Record<string, string> = {};

beforeAll(async () => {
  paths = await TwoPaths.open();
  const active = await paths.device();
  tokens['living'] = active.tokens.access_token;
  tokens['for refreshing'] = active.tokens.refresh_token;
  tokens['of an ID'] = String(active.tokens.id_token);
  const ended = await paths.device();
  await ended.client.revoke(ended.tokens.refresh_token);
  tokens['of an ended device'] = ended.tokens.access_token;
  const revoked = await paths.device();
  await revoked.client.revoke(revoked.tokens.access_token);
  tokens['revoked alone'] = revoked.tokens.access_token;
  const forgotten = await paths.device();
  await new StoredState(paths.protocol.stores).forget('AccessToken', forgotten.tokens.access_token);
  tokens['past its time'] = forgotten.tokens.access_token;
  tokens['never issued'] = 'x'.repeat(active.tokens.access_token.length);
  tokens['of no length of ours'] = 'x'.repeat(50);
  tokens['for a resource'] = (
    await paths.device({ resource: 'https://api.example.com' })
  ).tokens.access_token;
});
afterAll(() => paths.close());

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const asApi = { authorization: API_BASIC };
/** A client with a secret that is no resource server. */
const KIOSK_BASIC = `Basic ${btoa('kiosk:a+secret+of+the+kiosk+for+its+tests%2C+40+chars')}`;

/** Sends a question; @returns the answer, and whether it was given without the library's look at the token */
async function ask(through: RawClient, ...question: Parameters<RawClient['send']>) {
  const { AccessToken, RefreshToken } = paths.protocol.provider;
  const looks = [jest.spyOn(AccessToken, 'find'), jest.spyOn(RefreshToken, 'find')];
  const answer = await through.send(...question);
  const looked = looks.some((look) => look.mock.calls.length > 0);
  for (const look of looks) look.mockRestore();
  return { answer, wasFastPath: answer.status === 200 && !looked };
}

const isActive = ({ body }: RawAnswer) => body.includes('"active":true');

function heard({ status, headers, body }: RawAnswer): unknown {
  return { status, headers: headers.filter(([name]) => name.toLowerCase() !== 'date'), body };
}

describe('the introspection of a living access token', () => {
  it('is answered without the library, and as the library does', async () => {
    const body = form({ token: tokens['living'] ?? '' });
    const { answer, wasFastPath } = await ask(paths.fastPath, 'POST', PATH, body, asApi);
    expect(wasFastPath).toBe(true);
    expect(JSON.parse(answer.body)).toMatchObject({ active: true, client_id: 'tv', token_type: 'Bearer' });
    const { answer: other, wasFastPath: isOther } = await ask(paths.around, 'POST', PATH, body, asApi);
    expect([isActive(other), isOther]).toEqual([true, false]);
    expect(heard(answer)).toEqual(heard(other));
  });

  it('is one question to the store, in either path, as are all tokens that stand no more', async () => {
    const { redis } = paths.protocol.stores.connection;
    for (const name of ['living', 'of an ended device', 'revoked alone', 'past its time', 'never issued']) {
      const body = form({ token: tokens[name] ?? '' });
      for (const path of [paths.fastPath, paths.around])
        expect(await commandsSent(redis, () => path.post(PATH, body, asApi))).toHaveLength(1);
    }
  });

  it('is one question to the store at userinfo, too', async () => {
    const { tokens: ours, client } = await paths.device();
    const { redis } = paths.protocol.stores.connection;
    const ask = async () => expect((await client.userinfo(ours.access_token)).status).toBe(200);
    expect(await commandsSent(redis, ask)).toHaveLength(1);
  });

  it('is the library’s for any other token, client or secret', async () => {
    const active = form({ token: tokens['living'] ?? '' });
    const others = ['for refreshing', 'of no length of ours'];
    const asked: [string, Record<string, string>][] = [
      ...others.map((name): [string, typeof asApi] => [form({ token: tokens[name] ?? '' }), asApi]),
      [active, { authorization: `Basic ${btoa('api:wrong')}` }],
      [active, { authorization: `Basic ${btoa('nobody:a+secret+of+the+API+for+its+tests%2C+40+chars')}` }],
      [active, { authorization: `Basic ${btoa('tv:x')}` }],
      [active, { authorization: KIOSK_BASIC }],
      [active, {}],
      [`${active}&client_id=tv`, {}],
      [`${active}&${active}`, asApi],
    ];
    const signed = { ...asApi, accept: 'application/token-introspection+jwt' };
    expect((await ask(paths.fastPath, 'POST', PATH, active, signed)).answer.body).toMatch(/^eyJ/);
    for (const [body, headers] of asked) {
      const { answer, wasFastPath } = await ask(paths.fastPath, 'POST', PATH, body, headers);
      expect(wasFastPath).toBe(false);
      expect(heard(answer)).toEqual(heard(await paths.around.post(PATH, body, headers)));
    }
    const ofId: Parameters<RawClient['post']> = [PATH, form({ token: tokens['of an ID'] ?? '' }), asApi];
    expect(heard(await paths.fastPath.post(...ofId))).toEqual(heard(await paths.around.post(...ofId)));
  });

  it('is hidden in either path from a client with a secret that is no resource server', async () => {
    for (const fastPath of [paths.fastPath, paths.around]) {
      const { body } = await fastPath.post(PATH, form({ token: tokens['living'] ?? '' }), {
        authorization: KIOSK_BASIC,
      });
      expect(body).toBe('{"active":false}');
    }
  });

  it('is no use of a token that is for a resource, by an API that is not it', async () => {
    const { tokens: first, client } = await paths.device({ resource: 'https://api.example.com' });
    const lost = await client.refresh(first.refresh_token);
    const body = form({ token: String(lost.body['access_token']) });
    for (const path of [paths.fastPath, paths.around])
      expect((await path.post(PATH, body, asApi)).body).toBe('{"active":false}');
    expect((await client.refresh(first.refresh_token)).status).toBe(200);
  });

  it('ends with the device, at once', async () => {
    const told = async (token: string) =>
      JSON.parse((await paths.fastPath.post(PATH, form({ token }), asApi)).body);
    const one = await paths.device();
    expect(await told(one.tokens.access_token)).toMatchObject({ active: true });
    await one.client.revoke(one.tokens.refresh_token);
    expect(await told(one.tokens.access_token)).toEqual({ active: false });
  });
});

describe('an API that has two secrets', () => {
  it('is known by either until the old one ends, and not a moment more, in both paths alike', async () => {
    const body = form({ token: tokens['living'] ?? '' });
    const sent = fc.oneof(
      fc.constantFrom(ROTATED.now, ROTATED.before, `${ROTATED.before} `, ROTATED.now.slice(1)),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 }),
    );
    const time = fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -2000, max: 2000 }));
    const clock = jest.spyOn(Date, 'now');
    const check = fc.asyncProperty(sent, time, async (secret, past) => {
      clock.mockReturnValue(ROTATED.until + past);
      const headers = { authorization: `Basic ${btoa(`rotating:${encodeURIComponent(secret)}`)}` };
      const { answer, wasFastPath } = await ask(paths.fastPath, 'POST', PATH, body, headers);
      const isGood = secret === ROTATED.now || (secret === ROTATED.before && past < 0);
      expect([answer.status, isActive(answer), wasFastPath]).toEqual([isGood ? 200 : 401, isGood, isGood]);
      expect(heard(answer)).toEqual(heard(await paths.around.post(PATH, body, headers)));
    });
    await fc.assert(check, { numRuns: 60 }).finally(() => clock.mockRestore());
  });
});

describe('an access token that is not active', () => {
  const GONE = ['of an ended device', 'revoked alone', 'past its time', 'never issued', 'for a resource'];

  it.each(GONE)(
    'costs an API no more than a living one: %s is answered without the library',
    async (name) => {
      const body = form({ token: tokens[name] ?? '' });
      const { answer, wasFastPath } = await ask(paths.fastPath, 'POST', PATH, body, asApi);
      expect([answer.body, wasFastPath]).toEqual(['{"active":false}', true]);
      const { answer: other, wasFastPath: isOther } = await ask(paths.around, 'POST', PATH, body, asApi);
      expect([other.body, isOther]).toEqual(['{"active":false}', false]);
      expect(heard(answer)).toEqual(heard(other));
    },
  );

  it('asks an account once, whether it is unknown, past its time, revoked or of an ended device', async () => {
    const { accessTokens, grants } = paths.protocol.stores;
    const spies = [
      jest.spyOn(accessTokens, 'present'),
      jest.spyOn(grants, 'authorize'),
      jest.spyOn(grants, 'read'),
    ];
    const names = [
      'never issued',
      'past its time',
      'revoked alone',
      'of an ended device',
      'of no length of ours',
    ];
    for (const name of names) {
      for (const spy of spies) spy.mockClear();
      const { body } = await paths.fastPath.post(PATH, form({ token: tokens[name] ?? '' }), asApi);
      const asked = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
      expect([name, body, asked]).toEqual([name, '{"active":false}', 1]);
    }
    for (const spy of spies) spy.mockRestore();
  });
});

describe('either path', () => {
  const pairs = ['api:', ':x', 'api', 'api:%', 'api:a secret of the API', '\0:\0', 'tv:', 'kiosk:x'];
  const authorization = mostly<string | undefined>(API_BASIC, [
    ...pairs.map((pair) => `Basic ${btoa(pair)}`),
    ...[API_BASIC.replace('Basic', 'basic'), API_BASIC.replace(' ', '  '), `${API_BASIC}=`],
    ...[API_BASIC.slice(0, -1), 'Basic', `Bearer ${btoa('api:x')}`, undefined, KIOSK_BASIC],
  ]);
  const oddities = [
    ...['token=', 'token=x', 'token=%00', 'token={living}%20', 'token=%zz', 'tok%65n={living}', ''],
    ...['client_id=api', 'client_id=tv', 'client_secret=x', '__proto__=x', '=', 'é=é'],
    ...['access_token', 'refresh_token', 'x', ''].map((hint) => `token_type_hint=${hint}`),
  ];
  const body = fc.tuple(
    mostly('token={living}', [
      'token={for refreshing}',
      'token={of an ended device}',
      'token={for a resource}',
      '',
    ]),
    mostly('', oddities),
    mostly('', oddities),
  );
  const question = fc.record({
    body,
    headers: oddHeaders(authorization),
    path: mostly(PATH, [`${PATH}/`, PATH.toUpperCase(), `${PATH}?token=x`]),
    method: mostly('POST', ['PUT']),
  });

  const plain = {
    body: ['token={living}', '', ''] as [string, string, string],
    headers: { ...FORM, authorization: API_BASIC },
    path: PATH,
    method: 'POST',
  };

  it('gives the same answer to whatever is asked', async () => {
    let answeredInFront = 0;
    await fc.assert(
      fc.asyncProperty(question, async ({ body: parts, headers: lines, path, method }) => {
        const text = parts.filter(Boolean).join('&');
        const whole = text.replace(/\{([^}]*)\}/g, (_, name: string) => tokens[name] ?? '');
        const asked: Parameters<RawClient['send']> = [method, path, whole, lines];
        const { answer, wasFastPath } = await ask(paths.fastPath, ...asked);
        if (wasFastPath) answeredInFront += 1;
        expect(heard(answer)).toEqual(heard(await paths.around.send(...asked)));
      }),
      { ...oddRuns(150), examples: [[plain]] },
    );
    expect(answeredInFront).toBeGreaterThan(0);
  });
});
