import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Keyring } from '../../src/redis/keyring.ts';

const SECRET = 'a master secret that is long enough for this';

describe('the keyring', () => {
  it('names identifiers by HMAC-SHA256 (RFC 2104), truncated to 192 bits', () => {
    const keyring = new Keyring([SECRET]);
    const key = Buffer.from(hkdfSync('sha256', SECRET, 'latchkey', 'mac:kind', 32));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (id) => {
        const expected = createHmac('sha256', key).update(id).digest().subarray(0, 24).toString('base64url');
        expect(keyring.mac('kind', id).split('.')[1]).toBe(expected);
      }),
    );
  });

  it('opens what it sealed at its place, in another process too, and nothing else', () => {
    const [one, other] = [new Keyring([SECRET]), new Keyring([SECRET])];
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const sealed = one.seal('here', value);
        expect(other.open('here', sealed)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(other.open('there', sealed)).toBeUndefined();
        const turned = sealed.endsWith('A') ? 'B' : 'A';
        expect(other.open('here', sealed.slice(0, -6) + turned.repeat(4) + sealed.slice(-2))).toBeUndefined();
        expect(new Keyring([`${SECRET}!`]).open('here', sealed)).toBeUndefined();
      }),
    );
  });

  it('opens what is kept at hand no further than what is not: at its place, unaltered, each reader for itself', () => {
    const keyring = new Keyring([SECRET]);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const sealed = keyring.seal('here', [value]);
        const said = JSON.parse(JSON.stringify([value]));
        const altered = sealed.slice(0, -6) + (sealed.endsWith('A') ? 'B' : 'A').repeat(4) + sealed.slice(-2);
        for (let times = 0; times < 3; times += 1) {
          expect(keyring.openAgain('there', sealed)).toBeUndefined();
          expect(keyring.openAgain('here', altered)).toBeUndefined();
          const opened = keyring.openAgain<unknown[]>('here', sealed);
          expect(opened).toEqual(said);
          opened?.push('changed by one reader');
        }
      }),
    );
  });

  it('opens what has left those at hand, as many as there are', () => {
    const keyring = new Keyring([SECRET]);
    const sealed = Array.from({ length: 3000 }, (_, index) => keyring.seal('here', { index }));
    for (const _round of [1, 2])
      for (const [index, one] of sealed.entries()) expect(keyring.openAgain('here', one)).toEqual({ index });
  });
});
