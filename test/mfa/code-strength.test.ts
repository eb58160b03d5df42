/** ASVS 6.5.4: what is typed as a second step cannot be guessed, beside the limits on trying. */
import { describe, expect, it } from '@jest/globals';
import { newMailedCode } from '../../src/accounts/mailed-code.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import { newBackupCodes } from '../../src/mfa/backup-codes.ts';
import { PEPPER, SOMEONE } from '../accounts/account-world.ts';
import { CHEAP } from '../support/cheap-hashing.ts';

/** How many characters are met at each place of the codes. */
function variety(codes: readonly string[]): number[] {
  const places = Array.from({ length: codes[0]?.length ?? 0 }, (_, place) => place);
  return places.map((place) => new Set(codes.map((code) => code[place])).size);
}

// So many are drawn that a character which belongs at a place is met there but for one in 10^20 runs.
describe('codes are drawn at random', () => {
  it('backup codes: each of 12 places any of 32 characters, 60 bit', async () => {
    const passwords = await Passwords.create(PEPPER, { cost: CHEAP });
    const codes: string[] = [];
    while (codes.length < 2000) codes.push(...(await newBackupCodes(passwords, SOMEONE, Date.now())).shown);
    expect(variety(codes.map((code) => code.replaceAll('-', '')))).toEqual(Array(12).fill(32));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('sent codes: each of 6 places any digit, 19.9 bit', () => {
    const codes = Array.from({ length: 5000 }, newMailedCode);
    expect(variety(codes)).toEqual(Array(6).fill(10));
    expect(new Set(codes).size).toBeGreaterThan(4800);
  });
});
