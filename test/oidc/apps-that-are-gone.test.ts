/** An app that registered itself and has left for good leaves its owner's list as well. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Owner } from '../../src/apps/consent.ts';
import { ProviderAppAccess } from '../../src/oidc/app-access.ts';
import { ClientDirectory } from '../../src/oidc/client-directory.ts';
import { ResourceCatalog } from '../../src/oidc/resources.ts';
import { eventually } from '../support/eventually.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';

const YEAR = 365 * 86_400;
const HERE = { client_id: 'here', client_name: 'Here', redirect_uris: ['https://here.example.com/cb'] };

let stores: TestStores;
let owner: Owner;
beforeAll(async () => {
  stores = await testStores();
  ({ browser: owner } = await signedInOwner(stores));
});
afterAll(() => stores.connection.close());

/** @param appName of one that registered itself */
async function allows(clientId: string, appName?: string): Promise<void> {
  const terms = { clientId, granted: ['openid'], refused: [], ...(appName !== undefined && { appName }) };
  const event = { kind: 'app-allowed', by: 'owner' } as const;
  const change = { replaces: undefined, less: false, narrow: () => ({}), event };
  expect(await stores.consents.write(owner, terms, change)).toBe('written');
}

/** @param grantSeconds that what an app was given lives at most */
const listOf = async (grantSeconds: number) => {
  const clients = ClientDirectory.ofFile([HERE]);
  const access = new ProviderAppAccess(clients, stores.consents, new ResourceCatalog([]), grantSeconds);
  return (await access.list(owner)).map(({ name }) => name).sort();
};

it('it is shown while anything lives that it was given, and no row of the operator’s apps is ever hidden', async () => {
  await allows('here', 'Here');
  await allows(randomId(), 'Long gone');
  await allows('taken-out-of-the-file');
  expect(await listOf(YEAR)).toEqual(['Here', 'Long gone', 'taken-out-of-the-file']);
  await eventually('the next moment', async () => !(await listOf(0)).includes('Long gone'));
  expect(await listOf(0)).toEqual(['Here', 'taken-out-of-the-file']);
});
