import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { QuickMac } from '../../src/redis/quick-mac.ts';

const UNITS = ['a', '-', '\0', 'é', '€', '😀', '\ud800', '\n'];

describe('names of what is kept, which an attacker with a dump cannot turn back', () => {
  it('are the HMACs that Node.js makes, for texts of every kind and length', () => {
    const random = new SeededRandom(57);
    for (let index = 0; index < 3000; index += 1) {
      const key = randomBytes(32);
      const length = random.whole(0, index % 10 === 0 ? 700 : 90);
      const text = Array.from({ length }, () => UNITS[random.whole(0, UNITS.length - 1)]).join('');
      const expected = createHmac('sha256', key).update(text).digest('base64url');
      const mac = new QuickMac(key);
      expect(mac.of(text)).toBe(expected);
      expect(mac.ofOctets(Buffer.from(text)).toString('base64url')).toBe(expected);
    }
  });

  it('have nothing in them of the text that was named before', () => {
    const key = randomBytes(32);
    const mac = new QuickMac(key);
    const texts = ['a long text that was named first', 'short', '', 'x'.repeat(5000), 'short'];
    const expected = texts.map((text) => createHmac('sha256', key).update(text).digest('base64url'));
    expect(texts.map((text) => mac.of(text))).toEqual(expected);
  });

  it('are made under keys of one length alone', () => {
    expect(() => new QuickMac(randomBytes(64))).toThrow(TypeError);
  });
});
