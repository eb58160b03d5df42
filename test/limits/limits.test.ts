import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { LIMIT_SETTING_NAMES, LIMIT_SETTINGS, parseLimit } from '../../src/limits/limits.ts';
import { testLimiter } from '../support/test-limits.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

describe('a limit as a setting', () => {
  it('says how many are free, in which span, and how the delay grows', () => {
    expect(parseLimit('5/10m 30s..10m')).toEqual({
      free: 5,
      memory: 600_000,
      firstDelay: 30_000,
      highestDelay: 600_000,
    });
    expect(parseLimit(' 1/1d  250ms..1h ')).toEqual({
      free: 1,
      memory: 86_400_000,
      firstDelay: 250,
      highestDelay: 3_600_000,
    });
  });

  it.each([
    ['', /write <free>/],
    ['5', /write <free>/],
    ['5/10m', /write <free>/],
    ['-5/10m 1s..2s', /write <free>/],
    ['5/10m 1s..2s and more', /write <free>/],
    ['0/10m 1s..2s', /between 1 and 100 are free/],
    ['101/10m 1s..2s', /between 1 and 100 are free/],
    ['5/10m 2s..1s', /longer than the highest/],
    ['5/31d 1s..2s', /at most 30d/],
    ['5/0m 1s..2s', /at most 30d/],
    ['5/10w 1s..2s', /ms, s, m, h or d/],
    ['5/10toString 1s..2s', /write <free>/],
  ])('%j is refused', (text, reason) => {
    expect(parseLimit(text, 100)).toMatch(reason);
  });

  it('is as documented where the operator does not set it', () => {
    for (const name of LIMIT_SETTING_NAMES)
      expect(readConfig({}).config.limits[name]).toEqual(parseLimit(LIMIT_SETTINGS[name].preset));
  });

  it('is told by name when it is wrong, all of them at once', () => {
    const read = () =>
      readConfig({
        LIMIT_CODE_NETWORK: 'many',
        LIMIT_PASSWORD_IN_A_ROW: '101/30d 30d..30d',
        CODE_GUESS_ODDS: '2',
      });
    expect(read).toThrow(ConfigError);
    const errors = (() => {
      try {
        read();
      } catch (error) {
        return (error as ConfigError).errors;
      }
      return [];
    })();
    expect(errors.map((error) => error.split(':')[0]).sort()).toEqual([
      'CODE_GUESS_ODDS',
      'LIMIT_CODE_NETWORK',
      'LIMIT_PASSWORD_IN_A_ROW',
    ]);
  });
});

describe('several limits at once', () => {
  const pace = (free: number) => ({ free, firstDelay: 60_000, highestDelay: 60_000, memory: 600_000 });
  let stores: TestStores;
  beforeAll(async () => {
    stores = await testStores();
  });
  afterAll(() => stores.connection.close());

  it('name the one that was met, and then none of the others counts', async () => {
    const limiter = testLimiter(stores, { CODE_ACCOUNT: pace(1), CODE_NETWORK: pace(2) });
    const [one, other] = [randomId(), randomId()];
    const by = (account: string) =>
      limiter.take([
        ['CODE_ACCOUNT', account],
        ['CODE_NETWORK', '198.51.100.7'],
      ]);
    expect((await by(one)).outcome).toBe('evaluate');
    for (let again = 0; again < 5; again += 1) {
      expect(await by(one)).toMatchObject({ outcome: 'wait', limit: 'CODE_ACCOUNT' });
    }
    expect((await by(other)).outcome).toBe('evaluate');
    expect(await by(randomId())).toMatchObject({ outcome: 'wait', limit: 'CODE_NETWORK' });
  });

  it('of voice codes are settings as well', () => {
    const asked = { VOICE_CODE_TRIES_DEVICE: '2', VOICE_CODE_TRIES_ACCOUNT: '3', VOICE_CODE_WRONG: '4' };
    expect(readConfig(asked).config.voiceCode).toEqual({ device: 2, account: 3, window: 60_000, wrong: 4 });
    expect(readConfig({}).config.voiceCode).toEqual({ device: 5, account: 10, window: 60_000, wrong: 5 });
  });

  it('count nothing of what was given back', async () => {
    const limiter = testLimiter(stores, { CODE_ACCOUNT: pace(2), SIGN_UP_MAIL_ALL: pace(2) });
    const account = randomId();
    for (let round = 0; round < 6; round += 1) {
      const leave = await limiter.take([
        ['CODE_ACCOUNT', account],
        ['SIGN_UP_MAIL_ALL', '192.0.2.1'],
      ]);
      if (leave.outcome !== 'evaluate') throw new Error(`made to wait in round ${round}`);
      await leave.giveBack();
    }
  });

  it('take all addresses of a network for one, of IPv4 a /24, of IPv6 a /48', async () => {
    const limiter = testLimiter(stores, { UNKNOWN_CODE_NETWORK: pace(1) });
    const of = async (address: string) => (await limiter.take([['UNKNOWN_CODE_NETWORK', address]])).outcome;
    expect(await of('192.0.2.1')).toBe('evaluate');
    expect(await of('192.0.2.200')).toBe('wait');
    expect(await of('::ffff:192.0.2.3')).toBe('wait');
    expect(await of('192.0.3.1')).toBe('evaluate');
    expect(await of('2001:db8:1:2::1')).toBe('evaluate');
    expect(await of('2001:db8:1:ffff::9')).toBe('wait');
    expect(await of('2001:db8:2::1')).toBe('evaluate');
  });
});
