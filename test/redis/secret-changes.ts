/** Changes under another master secret that `every-change.ts` goes through. */
import { expect } from '@jest/globals';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import { createStores } from '../../src/redis/stores.ts';
import { TEST_SECRET, type TestStores } from '../support/test-stores.ts';
import { newClient } from './contract/registered-clients.ts';
import { fullOwner } from './contract/secret-rewriting.ts';

const CAPS = { all: 1e6, client: 1e6, network: 1e6, burst: 1e6 };

export async function secretChanges(stores: TestStores): Promise<void> {
  await fullOwner(stores);
  expect(await stores.registeredClients.add(newClient(), { network: 'n' }, 60_000)).toBe('added');
  await stores.clientStates.act('of-old', 'end', false);
  const call = { phase: 'asked', request: 'r1', client: 'ops', call: 'accounts-show' } as const;
  await stores.auditTrail.record('reads', call);
  const secrets = ['the secret after it, long enough to be taken', TEST_SECRET];
  const options = { prefix: stores.prefix, liveCodes: CAPS };
  const { secretRecords } = createStores(stores.connection, new Keyring(secrets), options);
  // The walk of one that was cut off is begun anew, by its operator.
  const rewrite = (): Promise<{ rewritten: number }> =>
    secretRecords
      .rewrite(1000, () => undefined)
      .catch((error: unknown) => {
        if (error instanceof StoreUnavailable) return rewrite();
        throw error;
      });
  await rewrite();
  expect(await rewrite()).toMatchObject({ rewritten: 0 });
  expect(await secretRecords.begin()).toEqual([]);
  const [name = ''] = new Keyring(secrets).names;
  expect(await secretRecords.needed()).toEqual([name]);
  await secretRecords.settle(name);
}
