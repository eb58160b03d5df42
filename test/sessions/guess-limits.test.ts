import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { percentile } from '../../checks/check.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import { Keyspace } from '../../src/redis/keyspace.ts';
import {
  type AccountWorld,
  accountWorld,
  count,
  ELSEWHERE,
  guessLimits,
  HOME,
  PASSWORD,
  PEPPER,
} from '../accounts/account-world.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import { commandsSent } from '../support/commands-sent.ts';
import { StoredState } from '../support/stored-state.ts';

let world: AccountWorld;
beforeAll(async () => {
  world = await accountWorld();
});
afterAll(() => world.close());

async function wrongTimes(times: number, email: string, of: AccountWorld, address = HOME): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const { outcome } = await of.guess(email, `wrong ${i}`, { address });
    if (outcome !== 'wrong') throw new Error(`${outcome} at guess ${i}`);
  }
}

describe('wrong passwords', () => {
  it('are slowed down from the fifth on, twice as long each time, up to a bound', async () => {
    const pace = { free: 5, firstDelay: 60_000, highestDelay: 240_000, memory: 3_600_000 };
    const limits = { PASSWORD_BROWSER: pace, PASSWORD_STRANGER: pace };
    await using slow = await accountWorld({ limits });
    const email = slow.email();
    await slow.create(email);
    await wrongTimes(5, email, slow);
    for (const delay of [60_000, 120_000, 240_000, 240_000]) {
      const refused = await slow.guess(email, PASSWORD);
      if (refused.outcome !== 'wait') throw new Error(refused.outcome);
      expect(refused.milliseconds).toBeLessThanOrEqual(delay);
      expect(refused.milliseconds).toBeGreaterThan(delay / 2);
      await new StoredState(slow.stores).passWaits();
      expect((await slow.guess(email, 'wrong again')).outcome).toBe('wrong');
    }
  });

  it('are forgotten after the right one', async () => {
    const email = world.email();
    await world.create(email);
    for (let round = 0; round < 3; round += 1) {
      await wrongTimes(4, email, world);
      expect((await world.guess(email, PASSWORD)).outcome).toBe('signed-in');
    }
  });

  it('that come all at once are evaluated no more often than those that come in turn', async () => {
    const email = world.email();
    await world.create(email);
    const guesses = Array.from({ length: 50 }, (_, n) => world.guess(email, `wrong ${n}`));
    const outcomes = await Promise.all(guesses);
    expect(count(outcomes, ({ outcome }) => outcome === 'wrong')).toBe(5);
    expect(count(outcomes, ({ outcome }) => outcome === 'wait')).toBe(45);
  });

  it('cost the same whether or not there is an account', async () => {
    const email = world.email();
    await wrongTimes(5, email, world);
    expect((await world.guess(email, PASSWORD)).outcome).toBe('wait');
  });
});

describe('a stranger who goes on for a month', () => {
  const MONTH = 30 * 86_400_000;
  const inARow = { free: 12, firstDelay: MONTH, highestDelay: MONTH, memory: MONTH };

  /** What strangers of ever new networks hear, and how long each guess is held against the email, in hours. */
  async function heard(of: AccountWorld, email: string): Promise<string[]> {
    const { connection, prefix, keyring } = of.stores;
    const counter = keyring.mac('Attempts', `PASSWORD_IN_A_ROW:${email}`);
    const key = new Keyspace(prefix).record('Attempts', counter);
    const answers: string[] = [];
    for (let guess = 0; guess < 16; guess += 1) {
      const { outcome } = await of.guess(email, 'wrong', { address: `203.0.${guess}.1` });
      const hours = Math.round((await connection.redis.pttl(key)) / 3_600_000);
      answers.push(`${outcome}, ${hours} h`);
    }
    return answers;
  }

  it('hears the same of an email without an account, and it is remembered for as long', async () => {
    await using quick = await accountWorld(guessLimits({ PASSWORD_IN_A_ROW: inARow }));
    const email = quick.email();
    await quick.create(email);
    const known = await heard(quick, email);
    expect(known.slice(0, 2)).toEqual(['wrong, 60 h', 'wrong, 120 h']);
    expect(known.slice(12)).toEqual(Array(4).fill('confirm-by-mail, 1440 h'));
    expect(await heard(quick, quick.email())).toEqual(known);
  });
});

describe('a stranger who tries passwords', () => {
  it('locks the owner out neither of a browser they know, even in the same network, nor of another network', async () => {
    const email = world.email();
    const { knownBrowser } = await world.create(email);
    await wrongTimes(5, email, world);
    expect((await world.guess(email, PASSWORD)).outcome).toBe('wait');
    expect((await world.guess(email, PASSWORD, { knownBrowser })).outcome).toBe('signed-in');
    expect((await world.guess(email, PASSWORD, { address: ELSEWHERE })).outcome).toBe('signed-in');
  });

  it('gains nothing by a browser that is known for another account, or by a made-up cookie', async () => {
    const [owner, stranger] = [world.email(), world.email()];
    await world.create(owner);
    const { knownBrowser } = await world.create(stranger);
    await wrongTimes(5, owner, world);
    expect((await world.guess(owner, PASSWORD, { knownBrowser })).outcome).toBe('wait');
    expect((await world.guess(owner, PASSWORD, { knownBrowser: `${knownBrowser}x` })).outcome).toBe('wait');
    expect((await world.guess(owner, PASSWORD, { knownBrowser: 'made.up' })).outcome).toBe('wait');
  });

  it('is slowed down in a known browser as well', async () => {
    const email = world.email();
    const { knownBrowser } = await world.create(email);
    for (let i = 0; i < 5; i += 1) await world.guess(email, `wrong ${i}`, { knownBrowser });
    expect((await world.guess(email, PASSWORD, { knownBrowser })).outcome).toBe('wait');
    expect((await world.guess(email, PASSWORD)).outcome).toBe('signed-in');
  });

  it('keeps one browser known for several accounts', async () => {
    const [one, two] = [world.email(), world.email()];
    const { knownBrowser } = await world.create(one);
    const both = (await world.create(two, { knownBrowser })).knownBrowser;
    for (const email of [one, two]) {
      await wrongTimes(5, email, world);
      expect((await world.guess(email, PASSWORD, { knownBrowser: both })).outcome).toBe('signed-in');
    }
  });
});

describe('right passwords in unknown browsers', () => {
  const few = { free: 3, firstDelay: 60_000, highestDelay: 60_000, memory: 60_000 };

  it('are paced for one account and network, all at once too; beyond it they cost no more hashes', async () => {
    await using quick = await accountWorld(guessLimits({ PASSWORD_RIGHT: few }));
    const email = quick.email();
    await quick.create(email);
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => quick.guess(email, PASSWORD)));
    expect(count(outcomes, ({ outcome }) => outcome === 'signed-in')).toBeLessThanOrEqual(3);
    const verify = quick.passwords.verify.bind(quick.passwords);
    let hashes = 0;
    quick.passwords.verify = (...args) => {
      hashes += 1;
      return verify(...args);
    };
    for (let n = 0; n < 20; n += 1) expect((await quick.guess(email, PASSWORD)).outcome).toBe('wait');
    expect(hashes).toBeLessThan(10);
  });

  it('keep the owner out neither of a known browser, nor of another network, nor a neighbour out of theirs', async () => {
    await using quick = await accountWorld(guessLimits({ PASSWORD_RIGHT: few }));
    const [email, neighbour] = [quick.email(), quick.email()];
    const { knownBrowser } = await quick.create(email);
    await quick.create(neighbour);
    for (let n = 0; n < 5; n += 1) await quick.guess(email, PASSWORD);
    expect((await quick.guess(email, PASSWORD)).outcome).toBe('wait');
    for (let n = 0; n < 10; n += 1)
      expect((await quick.guess(email, PASSWORD, { knownBrowser })).outcome).toBe('signed-in');
    expect((await quick.guess(email, PASSWORD, { address: ELSEWHERE })).outcome).toBe('signed-in');
    expect((await quick.guess(neighbour, PASSWORD)).outcome).toBe('signed-in');
  });
});

describe('one network and many accounts', () => {
  const network = { free: 6, firstDelay: 60_000, highestDelay: 60_000, memory: 60_000 };

  it('is slowed down; known browsers and other networks are not', async () => {
    await using office = await accountWorld(guessLimits({ PASSWORD_NETWORK: network }));
    const email = office.email();
    const { knownBrowser } = await office.create(email);
    for (let i = 0; i < 6; i += 1) await wrongTimes(1, office.email(), office);
    expect((await office.guess(email, PASSWORD)).outcome).toBe('wait');
    expect((await office.guess(email, PASSWORD, { knownBrowser })).outcome).toBe('signed-in');
    expect((await office.guess(email, PASSWORD, { address: ELSEWHERE })).outcome).toBe('signed-in');
  });

  it('is not slowed down by right passwords, nor by one member who hammers one account', async () => {
    await using office = await accountWorld(guessLimits({ PASSWORD_NETWORK: network }));
    const email = office.email();
    await office.create(email);
    await Promise.all(Array.from({ length: 40 }, () => office.guess('one@example.org', 'wrong')));
    for (let i = 0; i < 10; i += 1) {
      expect((await office.guess(email, PASSWORD)).outcome).toBe('signed-in');
    }
  });

  it('does not get its wrong ones back by a right password of its own', async () => {
    await using spray = await accountWorld(guessLimits({ PASSWORD_NETWORK: network }));
    const own = spray.email();
    await spray.create(own);
    const outcomes: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      outcomes.push((await spray.guess(spray.email(), 'wrong')).outcome);
      await spray.guess(own, PASSWORD);
    }
    expect(outcomes).toEqual([...Array(6).fill('wrong'), 'wait', 'wait']);
  });
});

describe('the time that an answer takes', () => {
  it('does not tell an unknown email from a wrong password', async () => {
    const passwords = await Passwords.create(PEPPER, { cost: { ...CHEAP, memoryCost: 4096 } });
    const free = { free: 1e6, firstDelay: 1, highestDelay: 1, memory: 60_000 };
    const limits = {
      PASSWORD_STRANGER: free,
      PASSWORD_NETWORK: free,
      PASSWORD_ALL: free,
      PASSWORD_IN_A_ROW: free,
    };
    await using timed = await accountWorld({ passwords, limits });
    const known = timed.email();
    await timed.create(known);
    const guess = (email: string) => timed.guess(email, 'not the password');
    const { redis } = timed.stores.connection;
    const asked: string[][] = [];
    for (const email of [known, timed.email()]) {
      asked.push(await commandsSent(redis, () => guess(email)));
      await timed.refusals.settled();
    }
    const [ofKnown = [], ofUnknown = []] = asked;
    // What follows is the owner's record of the refusal, for which no answer waits.
    expect(ofKnown.slice(0, ofUnknown.length)).toEqual(ofUnknown);
    expect(ofUnknown.length).toBeGreaterThan(3);
    // Of this process alone, hashing threads included: what else keeps the machine busy counts for nothing.
    const spent: [number[], number[]] = [[], []];
    for (let i = 0; i < 100; i += 1) {
      for (const [index, email] of [known, timed.email()].entries()) {
        const before = process.cpuUsage();
        await guess(email);
        const { user, system } = process.cpuUsage(before);
        spent[index === 0 ? 0 : 1].push(user + system);
      }
    }
    // The middle of each: memory that is tidied up meanwhile falls on one of the two alone.
    const middle = spent.map((all) => percentile(all, 0.5));
    expect(Math.min(...middle) / Math.max(...middle)).toBeGreaterThan(0.8);
  });
});
