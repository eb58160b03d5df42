import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commandsSent } from '../support/commands-sent.ts';
import { FORM, mostly, oddHeaders, oddRuns } from '../support/odd-requests.ts';
import type { RawAnswer, RawClient } from '../support/raw-client.ts';
import { randomId } from '../support/test-stores.ts';
import { TwoPaths } from '../support/two-paths.ts';

const PATH = '/device/auth';
let paths: TwoPaths;
beforeAll(async () => {
  paths = await TwoPaths.open();
});
afterAll(() => paths.close());

/** How many requests the library answered while this ran, with a code or an error. */
async function answersOfTheLibrary(run: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const listen = () => {
    count += 1;
  };
  const { provider } = paths.protocol;
  provider.on('device_authorization.success', listen).on('device_authorization.error', listen);
  await run();
  provider.off('device_authorization.success', listen).off('device_authorization.error', listen);
  return count;
}

/** What is the same in two answers, of a code also what is kept with it: all but time, codes, and where it was asked. */
async function comparable({ status, headers, body }: RawAnswer): Promise<unknown> {
  const lines = headers.filter(([name]) => name.toLowerCase() !== 'date');
  if (!body.includes('"device_code"')) return { status, headers: lines, body };
  const answer = JSON.parse(body) as Record<string, string>;
  const { device_code: deviceCode = '', user_code: userCode = '' } = answer;
  const address = URL.parse(answer['verification_uri'] ?? '')?.origin ?? '';
  const shape = body
    .replace(deviceCode, 'x'.repeat(deviceCode.length))
    .replaceAll(userCode, userCode.replace(/[B-DF-HJ-NP-TV-XZ]/g, 'X'))
    .replaceAll(address, 'https://here');
  const found = await paths.protocol.stores.deviceCodes.find(deviceCode);
  const { deviceInfo, params, ...code } = found?.payload ?? {};
  const kept = {
    fields: Object.keys(code).sort(),
    client: code['clientId'],
    isTheUserCode: code['userCode'] === userCode.replace('-', ''),
    scope: (params as Record<string, unknown>)['scope'],
    resource: (params as Record<string, unknown>)['resource'],
    info: { ...(deviceInfo as object), at: undefined },
    lives: Math.round((found?.left ?? 0) / 10_000),
  };
  return { status, headers: lines.filter(([name]) => name !== 'Content-Length'), shape, kept };
}

describe('a request for a device code', () => {
  it('is answered without the library, whatever the device says of itself', async () => {
    const ran = await answersOfTheLibrary(async () => {
      for (const more of [
        '',
        '&device_name=Telly&device_type=tv',
        '&device_model=%F0%9F%93%BA%20Gro%C3%9F',
      ]) {
        for (const page of [{}, { origin: 'null' }, { origin: 'https://tv.example' }]) {
          const body = `client_id=tv&scope=openid+offline_access${more}`;
          const { status } = await paths.fastPath.post(PATH, body, page);
          expect(status).toBe(200);
        }
      }
    });
    expect(ran).toBe(0);
  });

  it('is one question to the store', async () => {
    const { redis } = paths.protocol.stores.connection;
    const ask = () => paths.fastPath.post(PATH, 'client_id=tv&scope=openid');
    await ask();
    expect(await commandsSent(redis, ask)).toHaveLength(1);
  });

  it('gives different codes each time, each of which is found by what was shown', async () => {
    const shown = new Set<string>();
    for (let turn = 0; turn < 20; turn += 1) {
      const { body } = await paths.fastPath.post(PATH, 'client_id=tv&scope=openid');
      shown.add((JSON.parse(body) as { user_code: string }).user_code);
    }
    expect(shown.size).toBe(20);
    for (const code of shown) {
      expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
      expect(await paths.protocol.stores.deviceCodes.findByUserCode(code.replace('-', ''))).toBeDefined();
    }
  });

  it.each(['fastPath', 'around'] as const)('draws another code where one is taken (%s)', async (path) => {
    const { deviceCodes } = paths.protocol.stores;
    const taken = {
      deviceCode: randomId(),
      userCode: '',
      clientId: 'tv',
      lifetime: 60_000,
      network: 'other',
    };
    const create = deviceCodes.create.bind(deviceCodes);
    // Another device was given the same letters a moment before.
    deviceCodes.create = async (code) => {
      deviceCodes.create = create;
      taken.userCode = code.userCode;
      expect((await create({ ...taken, payload: { clientId: 'tv' } })).outcome).toBe('created');
      return create(code);
    };
    const { status, body } = await paths[path].post(PATH, 'client_id=tv&scope=openid');
    expect([status, body]).toEqual([200, expect.stringContaining('"device_code"')]);
    const told = JSON.parse(body) as Record<string, string>;
    const userCode = told['user_code']?.replace('-', '') ?? '';
    expect(userCode).not.toBe(taken.userCode);
    expect(told['verification_uri_complete']).toBe(
      `${told['verification_uri']}?user_code=${told['user_code']}`,
    );
    const found = { payload: expect.objectContaining({ userCode, jti: told['device_code'] }) };
    expect(await deviceCodes.findByUserCode(userCode)).toMatchObject(found);
    expect(await deviceCodes.find(told['device_code'] ?? '')).toMatchObject(found);
    expect((await deviceCodes.findByUserCode(taken.userCode))?.payload).toEqual({ clientId: 'tv' });
  });

  it('goes to the library for everything else', async () => {
    const asked: [string, Record<string, string>][] = [
      ['client_id=tv', {}],
      ['client_id=tv&scope=', {}],
      ['client_id=tv&scope=openid+something', {}],
      ['client_id=tv&scope=openid++email', {}],
      ['client_id=tv&scope=openid&nonce=n', {}],
      ['client_id=tv&scope=openid&prompt=login', {}],
      ['client_id=tv&scope=openid&max_age=60', {}],
      ['client_id=tv&scope=openid&resource=https%3A%2F%2Fapi.example.com', {}],
      ['client_id=tv&scope=openid&resource=', {}],
      ['client_id=tv&scope=openid', { 'content-type': 'application/x-www-form-urlencoded; charset=latin1' }],
      ['client_id=tv&scope=openid', { dpop: 'a proof' }],
      ['client_id=tv&scope=openid', { origin: 'https://elsewhere.example' }],
    ];
    const ran = await answersOfTheLibrary(async () => {
      for (const [body, headers] of asked) await paths.fastPath.post(PATH, body, headers);
    });
    expect(ran).toBe(asked.length);
  });
});

describe('either path', () => {
  const client = mostly('tv', [
    ...['speaker', 'kiosk', 'no-device', 'nobody', '', '__proto__', 'é', 't%76', '%00'],
  ]);
  const scope = mostly('openid+offline_access', [
    ...[
      '',
      'openid',
      'offline_access',
      'email+email+openid',
      'openid+none',
      '+openid',
      'openid%09email',
      '%ff',
    ],
  ]);
  const name = mostly('Telly', [
    '',
    '%20Living++room%20',
    '%F0%9F%93%BA',
    '%ff',
    '%00',
    '%E2%80%AExyz',
    'a'.repeat(70),
  ]);
  const type = mostly('tv', ['Television', '%20TV', 'toaster', '']);
  const extra = mostly('', [
    ...['client_id=tv', 'scope=email', 'device_name=Other', 'client_secret=x', 'prompt=login', 'max_age=0'],
    ...['resource=https%3A%2F%2Fapi.example.com', 'resource='],
    ...['nonce=n', 'resource=x', 'claims=x', 'request=x', '&', '=', 'a', '__proto__=x', 'device_model=Stick'],
  ]);
  const fields = fc
    .tuple(
      client.map((text) => `client_id=${text}`),
      scope.map((text) => `scope=${text}`),
      name.map((text) => `device_name=${text}`),
      type.map((text) => `device_type=${text}`),
      extra,
    )
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length - 1 }));
  const question = fc.record({
    fields,
    headers: oddHeaders(mostly<string | undefined>(undefined, ['Basic dHY6', 'Bearer x', ''])),
    path: mostly(PATH, ['/device/auth/', '/DEVICE/auth', '/device/auth?client_id=tv']),
    method: mostly('POST', ['PUT', 'DELETE']),
  });

  const plain = { fields: ['client_id=tv', 'scope=openid'], headers: FORM, path: PATH, method: 'POST' };

  it('gives the same answer to whatever is asked, and keeps the same', async () => {
    let answeredInFront = 0;
    await fc.assert(
      fc.asyncProperty(question, async ({ fields: parts, headers, path, method }) => {
        const text = parts.filter(Boolean).join('&');
        const ask = (through: RawClient) => through.send(method, path, text, headers);
        let answer: RawAnswer | undefined;
        const codes = await answersOfTheLibrary(async () => {
          answer = await ask(paths.fastPath);
        });
        if (answer?.status === 200 && codes === 0) answeredInFront += 1;
        expect(answer && (await comparable(answer))).toEqual(await comparable(await ask(paths.around)));
      }),
      { ...oddRuns(150), examples: [[plain]] },
    );
    expect(answeredInFront).toBeGreaterThan(0);
  });
});
