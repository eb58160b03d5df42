import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEVICE_GRANT } from '../support/device-client.ts';
import type { RawClient } from '../support/raw-client.ts';
import { CODE_STATES, comparable, TwoLanes } from '../support/two-lanes.ts';

let lanes: TwoLanes;
beforeAll(async () => {
  lanes = await TwoLanes.open();
});
afterAll(() => lanes.close());

describe('either lane', () => {
  const value = fc.constantFrom(
    'tv',
    'speaker',
    'kiosk',
    'no-device',
    'nobody',
    '',
    '__proto__',
    'é',
    't%76',
    '\0',
  );
  const code = fc.oneof(
    { weight: 6, arbitrary: fc.constant('CODE') },
    { weight: 1, arbitrary: fc.constantFrom('', 'CODE%20', 'x', '%00', '%ff', '☺', '%', 'CODE+') },
  );
  const grant = fc.oneof(
    { weight: 6, arbitrary: fc.constant(encodeURIComponent(DEVICE_GRANT)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(DEVICE_GRANT, 'refresh_token', '', 'device_code', 'authorization_code'),
    },
  );
  const client = fc.oneof({ weight: 4, arbitrary: fc.constant('tv') }, { weight: 1, arbitrary: value });
  const extra = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.constantFrom(
          'scope=openid',
          'client_id=tv',
          'device_code=CODE',
          'grant_type=',
          'client_secret=x',
          '&',
          '=',
          'a',
          'resource=x',
        ),
        { maxLength: 2 },
      ),
    },
  );
  const header = (name: string, values: string[]) =>
    fc.option(
      fc.constantFrom(...values).map((text): [string, string] => [name, text]),
      { nil: undefined, freq: 5 },
    );
  const headers = fc.tuple(
    header('content-type', [
      'application/x-www-form-urlencoded;charset=UTF-8',
      'application/x-www-form-urlencoded; charset=latin1',
      'text/plain',
      'application/json',
      'APPLICATION/X-WWW-FORM-URLENCODED',
    ]),
    header('accept', ['*/*', 'application/json', 'text/html', 'text/html, */*;q=0.1', 'image/png']),
    header('origin', ['https://elsewhere.example']),
    header('authorization', ['Basic dHY6', 'Basic dHY6eA==', 'Bearer x', '']),
    header('dpop', ['x']),
    header('content-encoding', ['gzip']),
  );
  const question = fc.record({
    fields: fc
      .tuple(
        grant.map((text) => `grant_type=${text}`),
        code.map((text) => `device_code=${text}`),
        client.map((text) => `client_id=${text}`),
      )
      .chain((three) => fc.shuffledSubarray(three, { minLength: three.length - 1 })),
    extra,
    headers,
    path: fc.constantFrom('/token', '/token', '/token', '/token/', '/TOKEN', '/token?client_id=tv'),
    method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'GET', 'PUT'),
    state: fc.constantFrom(...CODE_STATES),
  });

  it('gives the same answer to whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(question, async ({ fields, extra: more, headers: chosen, path, method, state }) => {
        const ask = async (client: RawClient) => {
          const body = [...fields, ...more].join('&').replaceAll('CODE', await lanes.codeIn(state));
          const lines = Object.fromEntries(chosen.filter((line) => line !== undefined));
          return comparable(await client.send(method, path, body, lines));
        };
        expect(await ask(lanes.lane)).toEqual(await ask(lanes.around));
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
