import { beforeAll, describe, expect, it } from '@jest/globals';
import { hashRaw } from '@node-rs/argon2';
import { CommonPasswords } from '../../src/accounts/common-passwords.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import { Busy } from '../../src/errors/server-busy.ts';
import { CHEAP } from '../support/cheap-hashing.ts';
import { PEPPER, SOMEONE } from './account-world.ts';

const passwordsOf = (pepper = PEPPER, cost = CHEAP) => Passwords.create(pepper, { cost });

describe('a password', () => {
  it('is kept as argon2id at the cost that OWASP names, with a salt of its own', async () => {
    const passwords = await Passwords.create(PEPPER);
    const [one, other] = [
      await passwords.hash('the same words', SOMEONE),
      await passwords.hash('the same words', SOMEONE),
    ];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(passwords.needsRehash(one)).toBe(false);
  });

  it('holds up no poll of a device: another thread hashes and verifies it', async () => {
    const passwords = await Passwords.create(PEPPER);
    const kept = await passwords.hash('the same words', SOMEONE);
    const [all, ours] = [process.cpuUsage(), process.threadCpuUsage()];
    for (let turn = 0; turn < 3; turn += 1) {
      await passwords.hash('the same words', SOMEONE);
      expect(await passwords.verify(kept, 'the same words', SOMEONE)).toBe(true);
    }
    const [spent, spentHere] = [process.cpuUsage(all), process.threadCpuUsage(ours)];
    const here = spentHere.user + spentHere.system;
    expect(here).toBeLessThan((spent.user + spent.system - here) / 2);
  });

  it('is right as a whole only: no part, no other case, no more', async () => {
    const passwords = await passwordsOf();
    const long = `${'long words, '.repeat(40)}the end`;
    const kept = await passwords.hash(long, SOMEONE);
    expect(await passwords.verify(kept, long, SOMEONE)).toBe(true);
    for (const wrong of [long.slice(0, -1), `${long} `, long.toUpperCase(), '']) {
      expect(await passwords.verify(kept, wrong, SOMEONE)).toBe(false);
    }
  });

  it('is the same from every keyboard', async () => {
    const passwords = await passwordsOf();
    const kept = await passwords.hash('caf\u00e9 \u2168 pass', SOMEONE);
    expect(await passwords.verify(kept, 'cafe\u0301 IX pass', SOMEONE)).toBe(true);
  });

  it('cannot be tried without the pepper', async () => {
    const kept = await (await passwordsOf()).hash('some password', SOMEONE);
    const others = await passwordsOf(Buffer.from('another pepper, also long enough'));
    expect(await others.verify(kept, 'some password', SOMEONE)).toBe(false);
    await expect(passwordsOf(Buffer.from('short'))).rejects.toThrow('pepper');
  });

  it('is never right where there is no account, whatever it is', async () => {
    const passwords = await passwordsOf();
    expect(await passwords.verify(undefined, 'anything', SOMEONE)).toBe(false);
  });

  it('is due for hashing anew when the cost has changed', async () => {
    const kept = await (await passwordsOf()).hash('some password', SOMEONE);
    const dearer = await passwordsOf(PEPPER, { ...CHEAP, timeCost: 2 });
    expect(dearer.needsRehash(kept)).toBe(true);
    expect(await dearer.verify(kept, 'some password', SOMEONE)).toBe(true);
  });

  it('of a megabyte is wrong, and not hashed as a whole', async () => {
    const passwords = await passwordsOf();
    const kept = await passwords.hash('x'.repeat(4096), SOMEONE);
    expect(await passwords.verify(kept, 'x'.repeat(4097), SOMEONE)).toBe(false);
    await expect(passwords.hash('x'.repeat(1_000_000), SOMEONE)).rejects.toThrow(RangeError);
  });
});

describe('a backup code', () => {
  it('is kept as argon2id, with the salt of its set and the pepper', async () => {
    const salt = Buffer.from('a salt of its set');
    const kept = await (await Passwords.create(PEPPER)).digest(
      'ABCD1234EFGH',
      salt.toString('base64url'),
      SOMEONE,
    );
    const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, salt };
    const expected = await hashRaw('ABCD1234EFGH', { ...options, secret: PEPPER });
    expect(Buffer.from(kept, 'base64url')).toEqual(expected.subarray(0, 24));
    const unpeppered = await hashRaw('ABCD1234EFGH', options);
    expect(Buffer.from(kept, 'base64url')).not.toEqual(unpeppered.subarray(0, 24));
  });
});

describe('a flood of passwords', () => {
  it('waits in a line of bounded length; beyond it the server says that it is busy', async () => {
    const passwords = await Passwords.create(PEPPER, { cost: CHEAP, atOnce: 1, mostWaiting: 3 });
    const kept = await passwords.hash('some password', SOMEONE);
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => passwords.verify(kept, 'some password', SOMEONE)),
    );
    const served = tries.filter((one) => one.status === 'fulfilled');
    const refused = tries.filter((one) => one.status === 'rejected');
    expect(served).toHaveLength(4);
    expect(refused.every(({ reason }) => reason instanceof Busy)).toBe(true);
    expect(await passwords.verify(kept, 'some password', SOMEONE)).toBe(true);
  });
});

describe('the commonest passwords', () => {
  let common: CommonPasswords;
  beforeAll(async () => {
    common = await CommonPasswords.load();
  });

  it('are ten thousand', () => {
    expect(common.size).toBeGreaterThan(9_900);
    expect(common.size).toBeLessThanOrEqual(10_000);
  });

  it.each(['password', 'PassWord', '12345678', 'iloveyou'])('have %s among them', (password) => {
    expect(common.has(password)).toBe(true);
  });

  it('do not have a sentence among them', () => {
    expect(common.has('correct horse battery')).toBe(false);
  });
});
