import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  newBrowser,
  randomId,
  signedInOwner,
  TEST_SECRET,
  type TestStores,
} from '../../support/test-stores.ts';
import { contentsUnder } from '../keyspace-contents.ts';
import { Bench, type OpenStores } from './bench.ts';
import { newCode } from './code-states.ts';
import { activeGrant } from './grants.ts';

const NEW_SECRET = 'the secret after it, long enough to be taken';
const OLD_ONLY = [TEST_SECRET];
const ROTATED = [NEW_SECRET, TEST_SECRET];
const NEW_ONLY = [NEW_SECRET];

/** What is written under a secret is read and used while the secret is in the list, and not without it. */
export function describeSecretRotation(open: OpenStores): void {
  describe('rotation of the master secret', () => {
    const bench = new Bench(open);
    let [old, rotated, alone]: TestStores[] = [];

    beforeAll(async () => {
      old = await bench.another({ secrets: OLD_ONLY });
      rotated = await bench.another({ secrets: ROTATED });
      alone = await bench.another({ secrets: NEW_ONLY });
    });
    const stores = () => {
      if (!old || !rotated || !alone) throw new Error('not opened');
      return { old, rotated, alone };
    };

    it('device codes: found, paced for their own client, decided, redeemed', async () => {
      const { old, rotated, alone } = stores();
      const code = newCode();
      await old.deviceCodes.create(code);
      expect(await alone.deviceCodes.find(code.deviceCode)).toBeUndefined();
      expect(await alone.deviceCodes.findByUserCode(code.userCode)).toBeUndefined();
      expect(await rotated.deviceCodes.findByUserCode(code.userCode)).toMatchObject({
        payload: code.payload,
      });
      expect(await rotated.deviceCodes.poll(code.deviceCode, 'tv')).toMatchObject({ pace: 'wait' });
      expect(await rotated.deviceCodes.poll(code.deviceCode, 'tv')).toMatchObject({ pace: 'slow_down' });
      expect(await alone.deviceCodes.decide(code.deviceCode, 'denied', {})).toBe(false);
      expect(await rotated.deviceCodes.decide(code.deviceCode, 'approved', { by: 'new' })).toBe(true);
      expect(await rotated.deviceCodes.find(code.deviceCode)).toMatchObject({ payload: { by: 'new' } });
      expect(await alone.deviceCodes.consume(code.deviceCode)).toBe('lost');
      expect(await rotated.deviceCodes.consume(code.deviceCode)).toBe('consumed');
    });

    it('access tokens: found where they were written, by whose they are', async () => {
      const { old, rotated, alone } = stores();
      const { accountId, grantId } = await activeGrant(old);
      const token = old.accessTokens.leadingTo(accountId, randomId() + randomId().slice(1));
      const facts = { grantId, clientId: 'tv', audience: 'x', generation: 0, issuedWith: undefined };
      await old.accessTokens.write(token, { grantId }, facts, 60_000);
      for (const presenter of [
        { clientId: 'tv', audiences: [], general: false },
        { clientId: 'api', audiences: ['x'], general: false },
      ])
        expect(await rotated.accessTokens.present(token, presenter)).toMatchObject({ authority: {} });
      expect(await alone.accessTokens.present(token, 'anyone')).toBeUndefined();
      await rotated.accessTokens.remove(token);
      expect(await old.accessTokens.present(token, 'anyone')).toBeUndefined();
    });

    it('grants and their chains', async () => {
      const { old, rotated, alone } = stores();
      const { grantId } = await activeGrant(old);
      for (let index = 0; index < 8; index += 1) {
        await old.grants.addRefreshToken(grantId, {
          parent: index === 0 ? undefined : { name: 'n0' },
          generation: 0,
          name: `n${index}`,
          value: `v${index}`,
        });
      }
      expect(await alone.grants.read(grantId)).toBeUndefined();
      expect(await rotated.grants.read(grantId)).toMatchObject({ payload: { clientId: 'tv' } });
      const add = (name: string) =>
        rotated.grants.addRefreshToken(grantId, { parent: { name: 'n0' }, generation: 0, name, value: name });
      expect(await add('n8')).toEqual({ outcome: 'added' });
      expect(await add('n9')).toEqual({ outcome: 'again', name: 'n8', value: 'n8' });
      expect(
        await rotated.grants.addRefreshToken(grantId, {
          parent: { name: 'n3' },
          generation: 0,
          name: 'n10',
          value: 'n10',
        }),
      ).toEqual({
        outcome: 'added',
      });
    });

    it('signed-in browsers: found, saved, renamed, signed out', async () => {
      const { old, rotated, alone } = stores();
      const { accountId, browser } = await signedInOwner(old);
      const second = newBrowser(accountId, 1);
      await old.browsers.insert(second, { idle: 1e6, absolute: 1e6 });
      expect(await alone.browsers.resume(browser.sessionId)).toBeUndefined();
      expect(await rotated.browsers.resume(browser.sessionId)).toEqual(browser);
      expect(await rotated.browsers.save({ ...browser, state: { s: 1 } })).toBe(true);
      expect(await rotated.browsers.resume(browser.sessionId)).toMatchObject({ state: { s: 1 } });
      const sessionId = randomId();
      expect(await rotated.browsers.save({ ...browser, sessionId })).toBe(true);
      expect(await rotated.browsers.resume(browser.sessionId)).toBeUndefined();
      expect(await rotated.browsers.save(browser)).toBe(false);
      expect(await rotated.browsers.end(sessionId)).toBe(true);
      expect(await rotated.browsers.end(second.sessionId)).toBe(true);
    });

    it('accounts: found by email, credentials replaced, the email still taken', async () => {
      const { old, rotated, alone } = stores();
      const { accountId } = await signedInOwner(old);
      const { profile } = (await old.accounts.find(accountId)) ?? {};
      if (!profile) throw new Error('no profile');
      expect(await alone.accounts.findByEmail(profile.email)).toBeUndefined();
      const account = await rotated.accounts.findByEmail(profile.email);
      expect(account && (await rotated.accounts.replaceCredentials(account, { passwordHash: 'n' }))).toBe(
        true,
      );
      expect((await rotated.accounts.find(accountId))?.credentials).toEqual({ passwordHash: 'n' });
      const other = randomId() as typeof accountId;
      expect(await rotated.accounts.create(other, profile, { passwordHash: 'x' })).toBe(false);
    });

    it('mailed codes and records', async () => {
      const { old, rotated, alone } = stores();
      await old.mailedCodes.write('reset', 'ticket', { code: '111111', payload: 1, lifetime: 60_000 });
      expect(await alone.mailedCodes.spend('reset', 'ticket', '111111', 5)).toEqual({ outcome: 'gone' });
      expect(await rotated.mailedCodes.peek('reset', 'ticket')).toBe(1);
      const spent = await rotated.mailedCodes.spend('reset', 'ticket', '111111', 5);
      expect(spent).toEqual({ outcome: 'right', payload: 1 });
      const name = await old.records.write('Kind', 'id', { r: 1 }, 60_000);
      expect(await alone.records.find('Kind', 'id')).toBeUndefined();
      expect(await rotated.records.find('Kind', 'id')).toEqual({ name, payload: { r: 1 }, consumed: false });
      expect(await rotated.records.consume('Kind', 'id')).toBe(true);
      await rotated.records.write('Kind', 'id', { late: 'save' }, 60_000);
      expect(await rotated.records.find('Kind', 'id')).toMatchObject({ consumed: true });
      await rotated.records.remove('Kind', 'id');
      expect(await rotated.records.find('Kind', 'id')).toBeUndefined();
    });

    it('what is written in the meantime is under the new secret only', async () => {
      const { rotated, alone } = stores();
      const before = await contentsUnder(bench.redis, bench.prefix);
      const code = newCode();
      await rotated.deviceCodes.create(code);
      const { browser } = await signedInOwner(rotated);
      expect(await alone.deviceCodes.find(code.deviceCode)).toMatchObject({ payload: code.payload });
      expect(await alone.browsers.resume(browser.sessionId)).toEqual(browser);
      const oldName = stores().old.keyring.mac('any', 'any').split('.')[0];
      const added = Object.entries(await contentsUnder(bench.redis, bench.prefix)).filter(
        ([k]) => !(k in before),
      );
      expect(added.length).toBeGreaterThan(3);
      expect(JSON.stringify(added)).not.toContain(`${oldName}.`);
    });
  });
}
