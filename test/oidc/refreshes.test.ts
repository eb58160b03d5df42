import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import { commandsSent } from '../support/commands-sent.ts';
import { DEVICE_GRANT } from '../support/device-client.ts';
import { deviceKey } from '../support/device-key.ts';
import { tokensOf } from '../support/linked-device.ts';
import { FORM, mostly, oddHeaders, oddRuns } from '../support/odd-requests.ts';
import type { RawAnswer, RawClient } from '../support/raw-client.ts';
import { TwoPaths } from '../support/two-paths.ts';

const PATH = '/token';
/** Each order is an order of claims and of the scope. */
const SCOPES = [
  'openid offline_access',
  'offline_access',
  'openid profile email offline_access',
  'email offline_access profile openid',
];

let paths: TwoPaths;
/** Refresh tokens by what they are for, or what became of them. */
const tokens: Record<string, string> = {};

beforeAll(async () => {
  paths = await TwoPaths.open();
  for (const scope of SCOPES) tokens[scope] = (await paths.device({ scope })).tokens.refresh_token;
  const ended = await paths.device();
  tokens['of an access'] = ended.tokens.access_token;
  await ended.client.revoke(ended.tokens.refresh_token);
  tokens['of an ended device'] = ended.tokens.refresh_token;
  tokens['never issued'] = 'x'.repeat(ended.tokens.refresh_token.length);
  tokens['for a resource'] = (
    await paths.device({ resource: 'https://api.example.com' })
  ).tokens.refresh_token;
  const { deviceCode, client } = await paths.approvedCode();
  const proof = await (await deviceKey(paths.protocol.issuer)).prove(PATH);
  const form = { grant_type: DEVICE_GRANT, device_code: deviceCode, client_id: 'tv' };
  tokens['bound to a key'] = tokensOf(await client.post(PATH, form, { dpop: proof })).refresh_token;
});
afterAll(() => paths.close());

const refreshOf = (token: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: 'tv',
    ...more,
  }).toString();

/** @returns the answer, and whether it was given without the library's look at the token */
async function ask(send: () => Promise<RawAnswer>) {
  const look = jest.spyOn(paths.protocol.provider.RefreshToken, 'find');
  const answer = await send();
  const wasFastPath = answer.status === 200 && look.mock.calls.length === 0;
  look.mockRestore();
  return { answer, wasFastPath };
}

const partOf = (jwt: string, at: 0 | 1) => Buffer.from(jwt.split('.')[at] ?? '', 'base64url').toString();

/** All but what no two answers share: tokens are told by their length, and ID tokens by what they say, to the letter. */
function heard({ status, headers, body }: RawAnswer): unknown {
  const lines = headers.filter(([name]) => !/^date$/i.test(name));
  if (!body.includes('"access_token"')) return { status, lines, body };
  const {
    access_token: access,
    refresh_token: refresh,
    id_token: id,
    ...rest
  } = JSON.parse(body) as Record<string, string>;
  const said = id && { head: partOf(id, 0), claims: partOf(id, 1).replace(/"(iat|exp)":\d{10}/g, '"$1"') };
  const names = Object.keys(JSON.parse(body) as object);
  return { status, lines, names, rest, said, lengths: [access?.length, refresh?.length] };
}

const post = (through: RawClient, body: string) => () => through.post(PATH, body);

async function keptOf({ body }: RawAnswer): Promise<unknown> {
  const { access_token: id, refresh_token: token } = JSON.parse(body) as Record<string, string>;
  const { accessTokens, refreshTokenSeals } = paths.protocol.stores;
  const { payload } = (await accessTokens.present(id ?? '', 'anyone')) ?? {};
  const { name: _name, issuedAt, expiresAt, ...seal } = refreshTokenSeals.open(token ?? '') ?? {};
  const { jti, iat, exp, ...kept } = { ...payload };
  const lives = [Number(exp) - Number(iat), Number(expiresAt) - Number(issuedAt)];
  return { kept, isItsOwn: jti === id, seal, lives };
}

describe('a device that refreshes', () => {
  it.each(SCOPES)('is answered without the library, and as the library does: %s', async (scope) => {
    const body = refreshOf(tokens[scope] ?? '');
    const { answer, wasFastPath } = await ask(post(paths.fastPath, body));
    expect([answer.status, wasFastPath]).toEqual([200, true]);
    const { answer: other, wasFastPath: isOther } = await ask(post(paths.around, body));
    expect([other.status, isOther]).toEqual([200, false]);
    expect(heard(answer)).toEqual(heard(other));
    const { access_token: access } = JSON.parse(answer.body) as { access_token: string };
    expect(access).toMatch(/^[\w-]{65}$/);
  });

  it('is given tokens of which the store keeps what the library would keep', async () => {
    const twins = [(await paths.device()).tokens, (await paths.device()).tokens];
    const [one, other] = [
      await paths.fastPath.post(PATH, refreshOf(twins[0]?.refresh_token ?? '')),
      await paths.around.post(PATH, refreshOf(twins[1]?.refresh_token ?? '')),
    ];
    const forget = (text: unknown) => JSON.stringify(text).replace(/"grantId":"[^"]*"/g, '');
    expect(forget(await keptOf(one))).toBe(forget(await keptOf(other)));
  });

  it('asks the store twice', async () => {
    const { tokens: ours } = await paths.device();
    const { redis } = paths.protocol.stores.connection;
    const sent = await commandsSent(redis, post(paths.fastPath, refreshOf(ours.refresh_token)));
    expect(sent).toHaveLength(2);
  });

  it.each(['of an ended device', 'never issued', 'of an access', 'for a resource', 'bound to a key'])(
    'is the library’s with a token %s',
    async (name) => {
      const body = refreshOf(tokens[name] ?? '');
      const { answer, wasFastPath } = await ask(post(paths.fastPath, body));
      expect(wasFastPath).toBe(false);
      expect(heard(answer)).toEqual(heard(await paths.around.post(PATH, body)));
    },
  );

  it('is the library’s, once, with a token that was used up: its replay ends the device', async () => {
    const { tokens: first } = await paths.device();
    const next = JSON.parse((await paths.fastPath.post(PATH, refreshOf(first.refresh_token))).body);
    const grown = JSON.parse((await paths.fastPath.post(PATH, refreshOf(next.refresh_token))).body);
    const asked = jest.spyOn(paths.protocol.stores.grants, 'authorize');
    const answer = await paths.fastPath.post(PATH, refreshOf(first.refresh_token));
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([400, { error: 'invalid_grant' }]);
    expect((await paths.fastPath.post(PATH, refreshOf(grown.refresh_token))).status).toBe(400);
  });
});

describe('a store that fails in the middle of an exchange', () => {
  it('is told to the device, and the exchange is not made a second time', async () => {
    const { tokens: ours } = await paths.device();
    const { grants } = paths.protocol.stores;
    const add = jest.spyOn(grants, 'addRefreshToken').mockRejectedValue(new StoreUnavailable('adding'));
    const answer = await paths.fastPath.post(PATH, refreshOf(ours.refresh_token));
    expect([answer.status, add.mock.calls.length]).toEqual([503, 1]);
    add.mockRestore();
    expect((await paths.fastPath.post(PATH, refreshOf(ours.refresh_token))).status).toBe(200);
  });
});

describe('either path', () => {
  const token = mostly('TOKEN', ['', 'TOKEN%20', 'x', 'TOKEx', '%00', '%ff', '%']);
  const client = mostly('tv', [
    'speaker',
    'kiosk',
    'no-device',
    'api',
    'nobody',
    '',
    '__proto__',
    't%76',
    '\0',
  ]);
  const extra = mostly('', [
    ...[
      'scope=openid',
      'scope=',
      'scope=x',
      'client_id=tv',
      'refresh_token=TOKEN',
      'grant_type=refresh_token',
    ],
    ...[
      'device_code=x',
      'client_secret=x',
      'resource=https%3A%2F%2Fapi.example.com',
      '&',
      '=',
      'a',
      '__proto__=x',
    ],
  ]);
  const fields = fc
    .tuple(
      mostly('refresh_token', ['', 'device_code', 'authorization_code']).map((text) => `grant_type=${text}`),
      token.map((text) => `refresh_token=${text}`),
      client.map((text) => `client_id=${text}`),
      extra,
    )
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length - 1 }));
  const question = fc.record({
    fields,
    name: mostly('openid profile email offline_access', [
      ...[
        ...SCOPES,
        'of an ended device',
        'never issued',
        'of an access',
        'for a resource',
        'bound to a key',
      ],
    ]),
    headers: oddHeaders(
      mostly<string | undefined>(undefined, ['Basic dHY6', 'Basic dHY6eA==', 'Bearer x', '']),
    ),
    path: mostly(PATH, ['/token/', '/TOKEN', '/token?client_id=tv']),
    method: mostly('POST', ['GET', 'PUT']),
  });
  const plain = {
    fields: ['grant_type=refresh_token', 'refresh_token=TOKEN', 'client_id=tv'],
    name: 'openid profile email offline_access',
    headers: FORM,
    path: PATH,
    method: 'POST',
  };

  it('gives the same answer to whatever is asked', async () => {
    let answeredInFront = 0;
    const check = fc.asyncProperty(question, async ({ fields: parts, name, headers, path, method }) => {
      const body = parts
        .filter(Boolean)
        .join('&')
        .replaceAll('TOKEN', tokens[name] ?? '');
      const { answer, wasFastPath } = await ask(() => paths.fastPath.send(method, path, body, headers));
      if (wasFastPath) answeredInFront += 1;
      expect(heard(answer)).toEqual(heard(await paths.around.send(method, path, body, headers)));
    });
    await fc.assert(check, { ...oddRuns(150), examples: [[plain]] });
    expect(answeredInFront).toBeGreaterThan(0);
  });
});
