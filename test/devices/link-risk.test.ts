/** What linking a device takes, by where device and browser are. Addresses are those of RFC 5737 and RFC 3849. */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CountriesError, openCountries } from '../../src/countries.ts';
import { assessLink, BURST, type LinkCircumstances } from '../../src/devices/link-risk.ts';
import { newNumberMatch, readNumberMatch } from '../../src/devices/number-match.ts';

const countryOf = await openCountries(join(import.meta.dirname, '../fixtures/countries.mmdb'));
const [NORWAY, PORTUGAL, NOWHERE] = ['192.0.2.7', '198.51.100.7', '203.0.113.7'];

const assess = (changes: Partial<LinkCircumstances>) =>
  assessLink({
    device: NOWHERE,
    browser: NOWHERE,
    age: 20_000,
    lifetime: 600_000,
    firstOfItsKind: false,
    otherApprovers: 0,
    required: 'click',
    countryOf,
    ...changes,
  });

describe('linking a device takes', () => {
  it('a click where device and browser share a network, however old the code and many the others', () => {
    const risk = assess({ age: 590_000, otherApprovers: 100, firstOfItsKind: true });
    expect(risk).toMatchObject({ check: 'click', reasons: [], network: 'same' });
    expect(assess({ device: '192.168.1.7', browser: '10.0.0.2' }).check).toBe('click');
  });

  it('typing the code from another network', () => {
    expect(assess({ browser: PORTUGAL })).toMatchObject({ check: 'type-code', reasons: ['other-network'] });
  });

  it('a click where nobody can tell, and typing the code for the first device of an app', () => {
    const unknown = { device: '2001:db8:7::1', browser: NOWHERE };
    expect(assess(unknown)).toMatchObject({ check: 'click', reasons: ['unknown-network'] });
    expect(assess({ ...unknown, firstOfItsKind: true }).check).toBe('type-code');
  });

  it('a proof given for it from another country, or for a code that was long on its way', () => {
    expect(assess({ device: NORWAY, browser: PORTUGAL })).toMatchObject({
      check: 'fresh-proof',
      reasons: ['other-country', 'other-network'],
      country: 'NO',
    });
    expect(assess({ device: NORWAY, browser: '2001:db8:1::1' }).reasons).toContain('other-country');
    expect(assess({ browser: PORTUGAL, age: 301_000 })).toMatchObject({
      check: 'fresh-proof',
      reasons: ['other-network', 'old-code'],
    });
  });

  it('more than can be given where many accounts approve codes from one place', () => {
    expect(assess({ browser: PORTUGAL, otherApprovers: BURST - 1 }).check).toBe('type-code');
    expect(assess({ browser: PORTUGAL, otherApprovers: BURST })).toMatchObject({
      check: 'refuse',
      reasons: ['burst', 'other-network'],
    });
  });

  it('what its app asks for at least, and says so only where that is more', () => {
    expect(assess({ required: 'type-code' })).toMatchObject({ check: 'type-code', reasons: ['app-asks'] });
    expect(assess({ required: 'type-code', browser: PORTUGAL }).reasons).toEqual(['other-network']);
    expect(assess({ required: 'fresh-proof', browser: PORTUGAL }).reasons).toEqual([
      'other-network',
      'app-asks',
    ]);
  });
});

describe('countries', () => {
  it('are known by a file, and by nobody without one', async () => {
    expect([countryOf(NORWAY), countryOf(NOWHERE), countryOf('not an address')]).toEqual([
      'NO',
      undefined,
      undefined,
    ]);
    expect((await openCountries(undefined))(NORWAY)).toBeUndefined();
  });

  it('need a file that is one', async () => {
    for (const file of ['/nowhere/at/all.mmdb', import.meta.filename])
      await expect(openCountries(file)).rejects.toThrow(CountriesError);
  });
});

describe('the number to pick', () => {
  it('is one of three different ones with two digits', () => {
    for (let round = 0; round < 200; round += 1) {
      const { number, choices } = newNumberMatch();
      expect(new Set(choices).size).toBe(3);
      expect(choices).toContain(number);
      for (const choice of choices) expect(choice).toBeGreaterThanOrEqual(10);
      for (const choice of choices) expect(choice).toBeLessThan(100);
    }
  });

  it('comes back from what was kept, and only whole', () => {
    const match = newNumberMatch();
    expect(readNumberMatch(JSON.parse(JSON.stringify(match)))).toEqual(match);
    for (const kept of [undefined, null, {}, { number: 12 }, { number: 12, choices: [13] }])
      expect(readNumberMatch(kept)).toBeUndefined();
  });
});
