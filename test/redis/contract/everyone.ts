import { describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../../src/accounts/account.ts';
import { SignOutEveryone } from '../../../src/accounts/sign-out-everyone.ts';
import { StoreUnavailable } from '../../../src/errors/store-unavailable.ts';
import { randomId, signedInOwner, type TestStores } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { newGrantId, TIME } from './grants.ts';

const ACCOUNTS = 45;

async function listed({ accountIds }: TestStores): Promise<AccountId[]> {
  const found: AccountId[] = [];
  for await (const ids of accountIds.all()) found.push(...ids);
  return [...new Set(found)].sort();
}

function newAccount({ accounts }: TestStores): Promise<boolean> {
  const id = randomId() as AccountId;
  const profile = {
    name: 'Ada',
    email: `${id.toLowerCase()}@example.org`,
    emailVerified: true,
    createdAt: 1,
  };
  return accounts.create(id, profile, { passwordHash: 'none' });
}

/** Accounts with a signed-in browser and a linked device each. */
async function owners(stores: TestStores) {
  return times(ACCOUNTS, async () => {
    const { accountId, browser } = await signedInOwner(stores);
    const grantId = newGrantId(accountId);
    await stores.grants.write(grantId, { clientId: 'tv' }, TIME);
    await stores.grants.activate(grantId, { name: 'TV' });
    return { accountId, grantId, sessionId: browser.sessionId };
  });
}

export function describeEveryone(open: OpenStores): void {
  describe('all accounts', () => {
    const bench = new Bench(open);
    const apart = (name: string) => bench.another({ prefix: `${bench.prefix}${name}:` });

    it('are listed, those of this installation alone', async () => {
      const [stores, inner] = [await apart('one'), await apart('one:two')];
      expect(await listed(stores)).toEqual([]);
      const made = await times(ACCOUNTS, async () => (await signedInOwner(stores)).accountId);
      await signedInOwner(inner);
      expect(await listed(stores)).toEqual(made.sort());
    });

    it('are signed out of everything; what is being made meanwhile does not keep anything older alive', async () => {
      const stores = await apart('all');
      const before = await owners(stores);
      expect(await activeOf(stores, before)).toHaveLength(ACCOUNTS);
      const said: number[] = [];
      const everyone = new SignOutEveryone(stores.accountIds, stores.accounts);
      const [ended] = await Promise.all([
        everyone.run(({ accounts }) => void said.push(accounts)),
        times(ACCOUNTS, () => newAccount(stores)),
      ]);
      expect(await activeOf(stores, before)).toEqual([]);
      expect(ended.accounts).toBeGreaterThanOrEqual(ACCOUNTS);
      expect([ended.keys, ended.browsers]).toEqual([ACCOUNTS, ACCOUNTS]);
      expect(said.at(-1)).toBe(ended.accounts);
      expect(said).toEqual([...said].sort((one, other) => one - other));
    });

    it('are signed out by a second run where the first was cut off', async () => {
      const stores = await apart('again');
      const before = await owners(stores);
      let left = 7;
      const failing: Pick<TestStores['accounts'], 'signOutEverything'> = {
        signOutEverything: async (...args) => {
          if (left === 0) throw new StoreUnavailable('signOutEverything');
          left -= 1;
          return stores.accounts.signOutEverything(...args);
        },
      };
      const cutOff = new SignOutEveryone(stores.accountIds, failing).run();
      await expect(cutOff).rejects.toThrow(StoreUnavailable);
      const ended = await new SignOutEveryone(stores.accountIds, stores.accounts).run();
      expect(ended.accounts).toBe(ACCOUNTS);
      expect(await activeOf(stores, before)).toEqual([]);
    });
  });
}

/** Of these accounts, those of which something from before is accepted still. */
async function activeOf(
  { grants, browsers }: TestStores,
  before: Awaited<ReturnType<typeof owners>>,
): Promise<AccountId[]> {
  const found = await Promise.all(
    before.map(async ({ accountId, grantId, sessionId }) => {
      const [grant, browser] = [await grants.read(grantId), await browsers.resume(sessionId)];
      return grant || browser ? [accountId] : [];
    }),
  );
  return found.flat();
}
