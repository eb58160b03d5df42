/** What Redis keeps of a device takes little room, and says the same when it is read. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Keyring } from '../../src/redis/keyring.ts';
import { shortText, wholeText } from '../../src/redis/short-texts.ts';

const SAID = {
  ...{ iat: 1795950935, exp: 1795951535, deviceInfo: { name: 'Television', type: 'tv', model: 'Stick 4K' } },
  ...{ params: { client_id: 'tv', scope: 'openid profile email offline_access' }, userCode: 'MZHVTQHW' },
  ...{ kind: 'DeviceCode', jti: 'Q-A_7Jtv0bCL2E7uUW89baQBkGLK-xddCxepvarETyM', clientId: 'tv', at: 1 },
};
const NAMES = ['iat', 'exp', 'scope', 'name', 'kind', 'userAgent', '=', 'a'] as const;
const TEXTS = [
  'openid profile email offline_access',
  ',"exp":',
  '{"iat":',
  '\u0001\u001f',
  '\\u0001',
  'DeviceCode',
];

describe('what a device says of itself', () => {
  it('takes half the room while its owner is waited for', () => {
    const text = JSON.stringify(SAID);
    expect(shortText(text).length).toBeLessThan(text.length / 2);
    expect(wholeText(shortText(text))).toBe(text);
  });

  it('is read as it was said, whatever it calls itself', () => {
    const keyring = new Keyring(['a secret of this test, long enough']);
    const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary' }));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, text, fc.integer(), tie('list'), tie('fields')),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      fields: fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), text), tie('tree'), {
        noNullPrototype: true,
      }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const written = JSON.stringify(value);
        expect(wholeText(shortText(written))).toBe(written);
        expect(keyring.open('a place', keyring.seal('a place', value))).toEqual(JSON.parse(written));
      }),
    );
  });

  it('is read where it was kept before an update', () => {
    const text = JSON.stringify(SAID);
    expect(wholeText(text)).toBe(text);
  });
});
