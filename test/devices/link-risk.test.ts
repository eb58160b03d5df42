/** What linking a device takes, by where device and browser are. Addresses are those of RFC 5737 and RFC 3849. */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { assessLink, type LinkCircumstances } from '../../src/devices/link-risk.ts';
import { newNumberMatch, readNumberMatch } from '../../src/devices/number-match.ts';
import { CountriesError, openCountries } from '../../src/net/countries.ts';
import { Networks } from '../../src/net/networks.ts';

const known = await openCountries(join(import.meta.dirname, '../fixtures/countries.mmdb'));
const countryOf = (address: string) => known?.(address);
const [NORWAY, PORTUGAL, NOWHERE] = ['192.0.2.7', '198.51.100.7', '203.0.113.7'];
const BOUNDS = { proof: 5, refusal: 50 };
const networks = new Networks({ privateIsOne: false, isProxy: () => false });

type Changes = Partial<LinkCircumstances> & { device?: string; browser?: string; file?: boolean };

/** A link between these addresses; @param file whether a file of places is configured */
function assess({ device = NOWHERE, browser = NOWHERE, file = false, ...changes }: Changes) {
  const place = (address: string) => ({ address, isCertain: true });
  return assessLink({
    network: networks.compare(place(device), place(browser)),
    ...(file && { countries: { device: countryOf(device), browser: countryOf(browser) } }),
    isFromWebsite: false,
    age: 20_000,
    lifetime: 600_000,
    firstOfItsKind: false,
    otherApprovers: 0,
    bounds: BOUNDS,
    required: 'click',
    showsCode: true,
    ...changes,
  });
}

describe('linking a device takes', () => {
  it('a click where device and browser share a network, however old the code and many the others', () => {
    const risk = assess({ age: 590_000, otherApprovers: 100, firstOfItsKind: true, file: true });
    expect(risk).toMatchObject({ check: 'click', reasons: [], network: 'same' });
  });

  it('typing the code from another network', () => {
    expect(assess({ browser: PORTUGAL })).toMatchObject({ check: 'type-code', reasons: ['other-network'] });
  });

  it('typing the code where the place is not known, also when the account has a device of that app', () => {
    const unknown = { device: '2001:db8:7::1', browser: NOWHERE };
    for (const firstOfItsKind of [false, true])
      expect(assess({ ...unknown, firstOfItsKind })).toMatchObject({
        check: 'type-code',
        reasons: ['unknown-network'],
        network: 'unknown',
      });
  });

  it('a proof given for it where a web page asked for the code, from the owner’s own network or another', () => {
    expect(assess({ isFromWebsite: true })).toMatchObject({
      check: 'fresh-proof',
      reasons: ['website', 'unknown-network'],
      network: 'unknown',
    });
    expect(assess({ isFromWebsite: true, network: 'same' }).check).toBe('fresh-proof');
    expect(assess({ isFromWebsite: true, browser: PORTUGAL }).check).toBe('fresh-proof');
    expect(assess({ isFromWebsite: true, otherApprovers: BOUNDS.refusal }).check).toBe('refuse');
  });

  it('a proof given for it from another country, or for a code that was long on its way', () => {
    expect(assess({ device: NORWAY, browser: PORTUGAL, file: true })).toMatchObject({
      check: 'fresh-proof',
      reasons: ['other-country', 'other-network'],
      country: 'NO',
    });
    expect(assess({ browser: PORTUGAL, age: 301_000 })).toMatchObject({
      check: 'fresh-proof',
      reasons: ['other-network', 'old-code'],
    });
  });

  it('the same for an old code where the network is not known', () => {
    expect(assess({ device: '2001:db8:7::1', browser: NOWHERE, age: 301_000 })).toMatchObject({
      check: 'fresh-proof',
      reasons: ['unknown-network', 'old-code'],
    });
  });

  it('a proof given for it where a file of places is configured and does not know one of the two', () => {
    for (const [device, browser] of [
      [NOWHERE, PORTUGAL],
      [PORTUGAL, NOWHERE],
      ['2001:dba:1::1', PORTUGAL],
    ] as const) {
      const risk = assess({ device, browser, file: true });
      expect(risk.check).toBe('fresh-proof');
      expect(risk.reasons[0]).toBe('unknown-country');
    }
    expect(assess({ device: '192.168.1.7', browser: '192.168.1.9', file: true }).check).toBe('click');
  });

  it('a proof given for it where many accounts approve codes of one place, and refusal where very many do', () => {
    const withOthers = (otherApprovers: number) => assess({ browser: PORTUGAL, otherApprovers });
    expect(withOthers(BOUNDS.proof - 1).check).toBe('type-code');
    for (const others of [BOUNDS.proof, BOUNDS.refusal - 1])
      expect(withOthers(others)).toMatchObject({ check: 'fresh-proof', reasons: ['burst', 'other-network'] });
    expect(withOthers(BOUNDS.refusal)).toMatchObject({
      check: 'refuse',
      reasons: ['flood', 'other-network'],
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

describe('linking a device that its maker’s app sets up takes', () => {
  const assessed = (changes: Changes) => assess({ showsCode: false, ...changes });

  it('a click at home, also for the first of its kind', () => {
    expect(assessed({ firstOfItsKind: true, otherApprovers: 100 })).toMatchObject({
      check: 'click',
      reasons: [],
    });
  });

  it('a proof given for it from another network, an unknown one, another country, or a web page: no code can be typed', () => {
    expect(assessed({ browser: PORTUGAL })).toMatchObject({
      check: 'fresh-proof',
      reasons: ['other-network'],
    });
    for (const changes of [
      { device: '2001:db8:7::1' },
      { device: NORWAY, browser: PORTUGAL, file: true },
      { isFromWebsite: true },
      { required: 'type-code' },
    ] as const)
      expect(assessed(changes).check).toBe('fresh-proof');
  });

  it('nothing more for a request that is old: it has lived a minute at most, and the sign-in the rest', () => {
    expect(assessed({ browser: PORTUGAL, age: 590_000 }).reasons).toEqual(['other-network']);
  });

  it('refusal as soon as many accounts approve what comes from one place', () => {
    const withOthers = (otherApprovers: number) => assessed({ browser: PORTUGAL, otherApprovers });
    expect(withOthers(BOUNDS.proof - 1).check).toBe('fresh-proof');
    expect(withOthers(BOUNDS.proof)).toMatchObject({ check: 'refuse', reasons: ['flood', 'other-network'] });
  });
});

describe('the bounds of approvals', () => {
  it('are settings, the one of refusal above the one of proof', () => {
    expect(readConfig({}).config.approvals).toEqual(BOUNDS);
    const asked = { APPROVALS_BEFORE_PROOF: '7', APPROVALS_BEFORE_REFUSAL: '8' };
    expect(readConfig(asked).config.approvals).toEqual({ proof: 7, refusal: 8 });
    for (const refusal of ['6', '7'])
      expect(() => readConfig({ ...asked, APPROVALS_BEFORE_REFUSAL: refusal })).toThrow(
        /APPROVALS_BEFORE_PROOF: 7 is more than APPROVALS_BEFORE_REFUSAL leaves it/,
      );
  });
});

describe('countries', () => {
  it('are known by a file, and not known without one', async () => {
    expect([countryOf(NORWAY), countryOf(NOWHERE), countryOf('not an address')]).toEqual([
      'NO',
      undefined,
      undefined,
    ]);
    expect(await openCountries(undefined)).toBeUndefined();
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
