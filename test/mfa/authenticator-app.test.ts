import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateSync } from 'otplib';
import { issuerLabel, keyUri, newSeed, stepOf } from '../../src/mfa/authenticator-app.ts';
import { serviceAt } from '../support/service.ts';

/** RFC 6238, appendix B: the ASCII secret `12345678901234567890`, in Base32. */
const RFC_SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('codes of authenticator apps (RFC 6238)', () => {
  /** The appendix gives 8 digits; 6 digits are the last of them (RFC 4226 section 5.3: modulo 10^digits). */
  it.each([
    [59, '94287082', 1],
    [1111111109, '07081804', 37037036],
    [1111111111, '14050471', 37037037],
    [1234567890, '89005924', 41152263],
    [2000000000, '69279037', 66666666],
    [20000000000, '65353130', 666666666],
  ])('appendix B, SHA-1, at %i seconds: %s', (seconds, eightDigits, step) => {
    expect(stepOf(RFC_SEED, eightDigits.slice(-6), seconds * 1000, 0)).toBe(step);
  });

  it('section 5.2: one step before and one after are taken, for clocks that are a little off; two are not', () => {
    const seed = newSeed();
    const now = 1_700_000_010_000;
    const step = Math.floor(now / 30_000);
    const taken = [-2, -1, 0, 1, 2].map((beside) => {
      const code = generateSync({ secret: seed, epoch: (step + beside) * 30 });
      return stepOf(seed, code, now, 0);
    });
    expect(taken).toEqual([undefined, step - 1, step, step + 1, undefined]);
  });

  it('section 5.2: no code of an accepted step, or of one before it, is taken again', () => {
    const seed = newSeed();
    const now = 1_700_000_010_000;
    const step = Math.floor(now / 30_000);
    const code = (of: number) => generateSync({ secret: seed, epoch: of * 30 });
    expect(stepOf(seed, code(step), now, step)).toBeUndefined();
    expect(stepOf(seed, code(step - 1), now, step)).toBeUndefined();
    expect(stepOf(seed, code(step + 1), now, step)).toBe(step + 1);
  });

  it('at every second of its own step and of those beside it, and at no other', () => {
    const seed = newSeed();
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 2 ** 33 }), fc.integer({ min: -90, max: 90 }), (step, off) => {
        const code = generateSync({ secret: seed, epoch: step * 30 });
        const seconds = step * 30 + off;
        const distance = Math.abs(Math.floor(seconds / 30) - step);
        // Other steps may have the same code by chance, so that only its own step is asked for.
        expect(stepOf(seed, code, seconds * 1000, 0) === step).toBe(distance <= 1);
      }),
      { numRuns: 300 },
    );
  });

  it('RFC 4226 section 4, R6: seeds have 160 bit, and no two are alike', () => {
    const seeds = Array.from({ length: 200 }, newSeed);
    expect(new Set(seeds).size).toBe(200);
    expect(seeds.every((seed) => /^[A-Z2-7]{32}$/.test(seed))).toBe(true);
  });

  it('the QR code names this server, so that an app can tell it from another one', () => {
    expect(issuerLabel(serviceAt('https://id.example.org'))).toBe('Latchkey (id.example.org)');
    const uri = new URL(keyUri(RFC_SEED, serviceAt('https://id.example.org'), 'ada@example.org'));
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toMatch(/Latchkey \(id\.example\.org\):ada@example\.org$/);
    expect(uri.searchParams.get('secret')).toBe(RFC_SEED);
    expect(uri.searchParams.get('issuer')).toBe('Latchkey (id.example.org)');
  });
});
