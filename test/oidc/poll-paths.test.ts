import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEVICE_GRANT } from '../support/device-client.ts';
import { FORM, mostly, oddHeaders, oddRuns } from '../support/odd-requests.ts';
import type { RawAnswer, RawClient } from '../support/raw-client.ts';
import { CODE_STATES, comparable, TwoPaths } from '../support/two-paths.ts';

let paths: TwoPaths;
beforeAll(async () => {
  paths = await TwoPaths.open();
});
afterAll(() => paths.close());

describe('either path', () => {
  const grant = mostly(encodeURIComponent(DEVICE_GRANT), [
    ...[DEVICE_GRANT, 'refresh_token', '', 'device_code', 'authorization_code'],
  ]);
  const code = mostly('CODE', ['', 'CODE%20', 'x', '%00', '%ff', '☺', '%', 'CODE+']);
  const client = mostly('tv', [
    ...['speaker', 'kiosk', 'no-device', 'nobody', '', '__proto__', 'é', 't%76', '\0'],
  ]);
  const extra = mostly('', [
    ...['scope=openid', 'client_id=tv', 'device_code=CODE', 'grant_type=', 'client_secret=x'],
    ...['&', '=', 'a', 'resource=x', '__proto__=x'],
  ]);
  const fields = fc
    .tuple(
      grant.map((text) => `grant_type=${text}`),
      code.map((text) => `device_code=${text}`),
      client.map((text) => `client_id=${text}`),
      extra,
    )
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length - 1 }));
  const question = fc.record({
    fields,
    headers: oddHeaders(
      mostly<string | undefined>(undefined, ['Basic dHY6', 'Basic dHY6eA==', 'Bearer x', '']),
    ),
    path: mostly('/token', ['/token/', '/TOKEN', '/token?client_id=tv']),
    method: mostly('POST', ['GET', 'PUT']),
    state: fc.constantFrom('pending' as const, 'pending' as const, ...CODE_STATES),
  });

  const plain = {
    fields: [`grant_type=${encodeURIComponent(DEVICE_GRANT)}`, 'device_code=CODE', 'client_id=tv'],
    headers: FORM,
    path: '/token',
    method: 'POST',
    state: 'pending' as const,
  };

  it('gives the same answer to whatever is asked', async () => {
    let answeredInFront = 0;
    await fc.assert(
      fc.asyncProperty(question, async ({ fields: parts, headers, path, method, state }) => {
        const ask = async (through: RawClient): Promise<RawAnswer> => {
          const text = parts
            .filter(Boolean)
            .join('&')
            .replaceAll('CODE', await paths.codeIn(state));
          return through.send(method, path, text, headers);
        };
        let answer: RawAnswer | undefined;
        const errors = await paths.errorsOfTheLibrary(async () => {
          answer = await ask(paths.fastPath);
        });
        if (answer?.status === 400 && errors === 0) answeredInFront += 1;
        expect(answer && comparable(answer)).toEqual(comparable(await ask(paths.around)));
      }),
      { ...oddRuns(120), examples: [[plain]] },
    );
    expect(answeredInFront).toBeGreaterThan(0);
  });
});
