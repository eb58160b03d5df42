/** What the operator did to clients that registered themselves is kept as long as it decides anything. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManagedClients } from '../../src/apps/managed-clients.ts';
import { newClient } from '../redis/contract/registered-clients.ts';
import { eventually } from '../support/eventually.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

const DAY = 86_400_000;

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
});
afterAll(() => stores.connection.close());

/** @param longestGrant milliseconds that what a client was given lives at most */
function managed(longestGrant: number, ...ofFile: string[]): ManagedClients {
  const { clientStates: states, registeredClients: registered, secretUses, operatorClients } = stores;
  const parts = { states, registered, secretUses, operatorClients, longestGrant, readers: async () => [] };
  const file = async () => ofFile.map((id) => ({ client_id: id }));
  return new ManagedClients({ ...parts, file, onUnreadable: () => undefined });
}

async function registered(): Promise<string> {
  const client = newClient();
  expect(await stores.registeredClients.add(client, { network: randomId() }, DAY)).toBe('added');
  return client.clientId;
}

const knows = async (clientId: string) => (await stores.clientStates.list()).has(clientId);

/** Any other act of the operator, until nothing decides by this client any more. */
const forgotten = (clients: ManagedClients, clientId: string) =>
  eventually('what is forgotten', async () => {
    await clients.act(randomId(), 'end');
    return !(await knows(clientId));
  });

describe('what an operator did to a client that registered itself', () => {
  it('is kept while anything lives that the client was given, and does not fill the store for ever', async () => {
    const clientId = await registered();
    await managed(DAY).act(clientId, 'delete');
    await managed(DAY).act(randomId(), 'end');
    expect((await stores.clientStates.current()).of(clientId).status).toBe('deleted');
    await forgotten(managed(1), clientId);
    expect((await stores.clientStates.current()).of(clientId).epoch).toBe(0);
  });

  it('is kept while the client is there, however long ago it was done', async () => {
    const [there, gone] = [await registered(), await registered()];
    for (const clientId of [there, gone]) await managed(DAY).act(clientId, 'disable');
    await stores.registeredClients.remove(gone);
    await forgotten(managed(1), gone);
    expect((await stores.clientStates.current()).of(there).status).toBe('disabled');
  });

  it('is kept for good of a client of the file, which may come back', async () => {
    const [ofFile, stranger] = [randomId(), await registered()];
    await managed(DAY).act(ofFile, 'delete');
    await managed(DAY).act(stranger, 'delete');
    await forgotten(managed(1), stranger);
    expect(await managed(1).act(ofFile, 'enable')).toMatchObject({ changed: false });
    expect((await stores.clientStates.current()).of(ofFile).status).toBe('deleted');
  });

  it('is kept where the operator has taken it into the clients file since: what it had before stays dead', async () => {
    const [taken, stranger] = [await registered(), await registered()];
    for (const clientId of [taken, stranger]) {
      await managed(DAY).act(clientId, 'end');
      await stores.registeredClients.remove(clientId);
    }
    await forgotten(managed(1, taken), stranger);
    expect((await stores.clientStates.current()).of(taken).epoch).toBe(1);
  });

  it('is on no server’s mind once it is forgotten', async () => {
    const other = await testStores({ prefix: stores.prefix });
    try {
      const clientId = await registered();
      await managed(DAY).act(clientId, 'delete');
      expect((await other.clientStates.current()).of(clientId).status).toBe('deleted');
      await forgotten(managed(1), clientId);
      expect((await other.clientStates.current()).of(clientId).status).toBe('active');
    } finally {
      await other.connection.close();
    }
  });
});
