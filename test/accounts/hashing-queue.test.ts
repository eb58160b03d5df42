/** Real hashes, one at a time, and a short line before them. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { HashingCaller } from '../../src/accounts/hashing-queue.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import { Busy } from '../../src/errors/server-busy.ts';
import { newBackupCodes } from '../../src/mfa/backup-codes.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import { startWholeServer } from '../support/whole-server.ts';
import { newEmail, signIn, signUp } from './account-pages.ts';
import { PASSWORD, PEPPER } from './account-world.ts';

const WAITING = 12;
let passwords: Passwords;
let hash: string;
/** Who was served, in that order. */
let served: string[];
beforeEach(async () => {
  passwords = await Passwords.create(PEPPER, { cost: CHEAP, atOnce: 1, mostWaiting: WAITING });
  hash = await passwords.hash(PASSWORD, caller('setup', '192.0.2.1'));
  served = [];
});

function caller(account: string, address: string, known = false): HashingCaller {
  return { account, address, known };
}

async function verify(who: HashingCaller): Promise<'right' | 'wrong' | 'busy'> {
  try {
    const right = await passwords.verify(hash, PASSWORD, who);
    served.push(who.account);
    return right ? 'right' : 'wrong';
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    return 'busy';
  }
}

const times = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

describe('owners who sign in beside', () => {
  it('one account that makes backup codes over 12 connections: none is sent away', async () => {
    const greedy = caller('greedy', '198.51.100.66', true);
    const attack = times(WAITING, () => newBackupCodes(passwords, greedy, 0).catch(() => 'busy'));
    const known = times(5, (n) => verify(caller(`known ${n}`, `203.0.${n}.7`, true)));
    const unknown = times(5, (n) => verify(caller(`unknown ${n}`, `203.0.${n}.7`)));
    expect(await Promise.all([...known, ...unknown])).toEqual(Array(10).fill('right'));
    await Promise.all(attack);
  });

  it('ten accounts that prove their passwords all the time, from fifty networks: the owner waits for two at most', async () => {
    const eve = (n: number) => caller(`eve ${n % 10}`, `198.18.${n % 50}.66`, true);
    for (let round = 0; round < 3; round += 1) await Promise.all(times(10, (n) => verify(eve(n))));
    served = [];
    const attack = times(11, (n) => verify(eve(n)));
    const owner = verify(caller('owner', '198.18.1.7', true));
    expect(await owner).toBe('right');
    expect(served.indexOf('owner')).toBeLessThanOrEqual(2);
    await Promise.all(attack);
  });

  it('one that hashes all the time: who hashes seldom does not even wait for the hash under way, but for one another', async () => {
    const eve = caller('eve', '198.51.100.66', true);
    for (let round = 0; round < 5; round += 1) await verify(eve);
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const underWay = passwords.inTurn(eve, () => first.promise);
    const waiting = verify(eve);
    served = [];
    expect(await verify(caller('owner', '203.0.113.7', true))).toBe('right');
    expect(served).toEqual(['owner']);
    const other = passwords.inTurn(caller('other owner', '203.0.113.8', true), () => second.promise);
    const third = verify(caller('third owner', '203.0.113.9', true));
    first.resolve();
    expect(await third).toBe('right');
    second.resolve();
    await Promise.all([underWay, waiting, other]);
    expect(served[1]).toBe('third owner');
  });

  it('one network that tries passwords for hundreds of accounts: none of another network is sent away', async () => {
    const attack = times(300, (n) => verify(caller(`sprayed ${n}`, '198.51.100.66')));
    const owner = verify(caller('owner', '203.0.113.7'));
    expect(await owner).toBe('right');
    // One was being hashed, and one of the flood may have had its turn.
    expect(served.indexOf('owner')).toBeLessThanOrEqual(2);
    expect((await Promise.all(attack)).filter((one) => one === 'busy').length).toBeGreaterThan(200);
  });

  it('a neighbour of the same network who floods one account: none is sent away', async () => {
    const attack = times(100, () => verify(caller('flooded', '198.51.100.66')));
    const neighbours = times(5, (n) => verify(caller(`neighbour ${n}`, '198.51.100.7')));
    expect(await Promise.all(neighbours)).toEqual(Array(5).fill('right'));
    await Promise.all(attack);
  });

  it('a flood of unknown browsers: known ones have three of four turns, unknown ones the fourth', async () => {
    const all = [
      ...times(10, () => verify(caller('unknown', '198.51.100.66'))),
      ...times(6, () => verify(caller('known', '203.0.113.7', true))),
    ];
    await Promise.all(all);
    const order = served.slice(1, 9).map((account) => account === 'known');
    expect(order.filter(Boolean).length).toBe(6);
    expect(order).toContain(false);
  });
});

describe('a flood of sign-ins over HTTP', () => {
  it('from one network gets 503; an owner elsewhere, and one in a known browser, sign in', async () => {
    const own = await Passwords.create(PEPPER, { atOnce: 1, mostWaiting: 4 });
    await using pages = await startWholeServer({}, undefined, { outbox: true, passwords: own });
    const email = newEmail();
    const home = pages.visitor();
    await signUp(pages, home, email);
    await home.submit('/account', '/sign-out', {});
    const flood = times(30, () => {
      const browser = pages.visitor();
      browser.headers = { ...browser.headers, 'x-forwarded-for': '198.51.100.66' };
      return browser;
    });
    const forms = await Promise.all(flood.map((browser) => browser.get('/sign-in')));
    const post = (n: number) =>
      flood[n]?.post('/sign-in', {
        csrf: forms[n]?.field('csrf') ?? '',
        email: newEmail(),
        password: 'not the password',
      });
    const attack = times(30, post);
    const elsewhere = pages.visitor();
    elsewhere.headers = { ...elsewhere.headers, 'x-forwarded-for': '203.0.113.7' };
    const owners = await Promise.all([signIn(elsewhere, email), signIn(home, email)]);
    expect(owners.map(({ status }) => status)).toEqual([303, 303]);
    const statuses = (await Promise.all(attack)).map((page) => page?.status);
    expect(statuses).toContain(503);
    // Wrong, or sent away.
    expect(new Set(statuses)).toEqual(new Set([400, 503]));
  });
});
