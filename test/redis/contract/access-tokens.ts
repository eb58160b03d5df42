import { describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../../src/accounts/account.ts';
import {
  type AccessTokenFacts,
  LEADING_LENGTH,
  type TokenPresenter,
} from '../../../src/devices/access-token-store.ts';
import { randomId } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { activeGrant } from './grants.ts';

const randomPart = () => randomId() + randomId().slice(1);
const API = { clientId: 'api', audiences: [] as string[], general: true };

/** Access tokens that lead to their account: one question finds them and asks for their authority. */
export function describeAccessTokens(open: OpenStores): void {
  describe('access tokens', () => {
    const bench = new Bench(open);

    async function issued(more: Partial<AccessTokenFacts> = {}) {
      const { accountId, grantId } = await activeGrant(bench.stores);
      const facts = { grantId, clientId: 'tv', audience: undefined, generation: 0, issuedWith: undefined };
      const token = await anotherOf(accountId, { ...facts, ...more });
      return { accountId, grantId, token, present: (by: TokenPresenter = API) => present(token, by) };
    }

    async function anotherOf(accountId: AccountId, facts: AccessTokenFacts): Promise<string> {
      const token = bench.stores.accessTokens.leadingTo(accountId, randomPart());
      await bench.stores.accessTokens.write(token, { grantId: facts.grantId }, facts, 60_000);
      return token;
    }

    const present = (token: string, by: TokenPresenter = API) => bench.stores.accessTokens.present(token, by);
    const isGood = async (token: string) => (await present(token)) !== undefined;

    it('say what they are, and what their grant says now', async () => {
      const { grantId, present } = await issued();
      expect(await present()).toEqual({
        payload: { grantId },
        authority: {
          payload: { clientId: 'tv' },
          generation: 0,
          profile: expect.objectContaining({ name: 'Ada' }),
        },
      });
    });

    it('tell nobody else whose they are', async () => {
      const { accountId } = await activeGrant(bench.stores);
      const tokens = await times(50, async () =>
        bench.stores.accessTokens.leadingTo(accountId, randomPart()),
      );
      expect(new Set(tokens.map((token) => token.slice(-22))).size).toBe(50);
      for (const token of tokens) {
        expect(token).toHaveLength(LEADING_LENGTH);
        expect(token).not.toContain(accountId);
      }
      const random = randomPart();
      const [one, other] = [accountId, randomId()].map((id) =>
        bench.stores.accessTokens.leadingTo(id, random),
      );
      expect(one).not.toBe(other);
    });

    it('are those that were written, to the letter, whichever account a made-up one leads to', async () => {
      const { accountId, token } = await issued();
      const made = [
        bench.stores.accessTokens.leadingTo(accountId, randomPart()),
        token.slice(0, -22) + randomId(),
        randomPart().slice(0, 43) + token.slice(43),
        `${token}x`,
        token.slice(1),
        'x'.repeat(LEADING_LENGTH),
        '.'.repeat(LEADING_LENGTH),
        '',
      ];
      for (const other of made) expect(await present(other)).toBeUndefined();
      expect(await isGood(token)).toBe(true);
    });

    it.each<[string, Partial<AccessTokenFacts>, TokenPresenter, boolean]>([
      ['for every API, of an API', {}, API, true],
      ['for every API, of a client of its own', {}, { ...API, clientId: 'tv', general: false }, true],
      ['for every API, of another client', {}, { ...API, general: false }, false],
      ['for a resource, of an API that is another', { audience: 'x' }, { ...API, audiences: ['y'] }, false],
      ['for a resource, of its API', { audience: 'x' }, { ...API, audiences: ['y', 'x'] }, true],
      [
        'for a resource, of nobody',
        { audience: 'x' },
        { clientId: undefined, audiences: [], general: false },
        false,
      ],
      ['for a resource, of its owner’s device', { audience: 'x' }, 'anyone', true],
    ])('%s: judged and used where they are the presenter’s business', async (_what, facts, by, isTheirs) => {
      const { grants } = bench.stores;
      const { accountId, grantId } = await issued();
      await grants.addRefreshToken(grantId, { parent: undefined, generation: 0, name: 'a', value: 'a' });
      await grants.addRefreshToken(grantId, { parent: { name: 'a' }, generation: 0, name: 'b', value: 'b' });
      const whole = {
        grantId,
        clientId: 'tv',
        audience: undefined,
        generation: 0,
        issuedWith: 'b',
        ...facts,
      };
      const found = await present(await anotherOf(accountId, whole), by);
      expect(found).toMatchObject({ payload: { grantId } });
      expect(found?.authority !== undefined).toBe(isTheirs);
      const parent = await grants.authorize(grantId, { generation: 0, refreshToken: { name: 'a' } });
      expect(parent?.chain?.standing).toBe(isTheirs ? 'replay' : 'head');
    });

    it('of which one is used take the others of that refresh with them', async () => {
      const { grants } = bench.stores;
      const { accountId, grantId } = await issued();
      const whole = { grantId, clientId: 'tv', audience: undefined, generation: 0 };
      await grants.addRefreshToken(grantId, { parent: undefined, generation: 0, name: 'a', value: 'a' });
      const tokens: string[] = [];
      for (const name of ['b', 'c']) {
        await grants.addRefreshToken(grantId, { parent: { name: 'a' }, generation: 0, name, value: name });
        tokens.push(await anotherOf(accountId, { ...whole, issuedWith: name }));
      }
      const first = await anotherOf(accountId, { ...whole, issuedWith: 'a' });
      expect(await Promise.all([first, tokens[1] ?? ''].map(isGood))).toEqual([true, true]);
      expect(await Promise.all([first, tokens[0] ?? '', tokens[1] ?? ''].map(isGood))).toEqual([
        true,
        false,
        true,
      ]);
    });

    it('end with their grant, their generation, their account’s epoch, and by themselves', async () => {
      const { accounts, accessTokens, grants } = bench.stores;
      const ends: ((of: { accountId: AccountId; grantId: string; token: string }) => Promise<unknown>)[] = [
        ({ grantId }) => grants.end(grantId),
        ({ grantId }) => grants.raiseGeneration(grantId),
        ({ accountId }) => accounts.signOutEverything(accountId),
        ({ token }) => accessTokens.remove(token),
      ];
      for (const end of ends) {
        const one = await issued();
        expect(await isGood(one.token)).toBe(true);
        await end(one);
        expect(await one.present('anyone')).toBeUndefined();
      }
      const late = await issued({ generation: undefined });
      expect(await late.present()).toBeUndefined();
    });

    it('leave by their time', async () => {
      const { accountId, token } = await issued();
      const key = bench.keyspace.of(accountId).accessToken(bench.stores.keyring.mac('AccessToken', token));
      expect(await bench.redis.pttl(key)).toBeGreaterThan(59_000);
    });
  });
}
