/** Changes of clients that register themselves that `every-change.ts` goes through. */
import { expect } from '@jest/globals';
import { withNewSecret } from '../../src/apps/client-secrets.ts';
import { InitialTokens } from '../../src/apps/initial-tokens.ts';
import { withoutVersion } from '../../src/apps/registered-clients.ts';
import { digestOf } from '../../src/apps/token-digest.ts';
import type { TestProtocol } from '../support/test-protocol.ts';
import { randomId, type TestStores } from '../support/test-stores.ts';
import { newClient } from './contract/registered-clients.ts';

const HOUR = 3_600_000;

export async function clientChanges({
  clientStates,
  registeredClients,
  initialTokens,
  operatorClients,
}: TestStores): Promise<void> {
  const token = { id: 'fedcba987654', name: 'one', digest: 'digest', uses: 1 };
  expect(await initialTokens.add(token, HOUR)).toBe(true);
  const client = newClient();
  const admittance = { tokenId: token.id, tokenDigest: token.digest };
  expect(await registeredClients.add(client, admittance, HOUR)).toBe('added');
  expect(await registeredClients.add(newClient(), admittance, HOUR)).toBe('token-refused');
  const other = newClient();
  expect(await registeredClients.add(other, { network: 'n' }, HOUR)).toBe('added');
  // What cannot be written gives its place back.
  const unwritable = Object.assign(newClient(), { number: 1n });
  await expect(registeredClients.add(unwritable, { network: 'n' }, HOUR)).rejects.toThrow(TypeError);
  const read = await registeredClients.find(client.clientId);
  if (!read) throw new Error('no client');
  expect(await registeredClients.update({ ...client, secret: 'x' }, read)).toBe('written');
  expect(await registeredClients.update(client, read)).toBe('changed');
  expect(await registeredClients.keep(other.clientId, HOUR, 'owner')).toBe('kept');
  expect(await registeredClients.keep(client.clientId, 2 * HOUR, 'owner')).toBe('kept');
  await registeredClients.letGo(other.clientId, 2 * HOUR, 'owner');
  expect((await registeredClients.list()).map(({ clientId }) => clientId)).toEqual([
    other.clientId,
    client.clientId,
  ]);
  await registeredClients.remove(other.clientId);
  expect(await registeredClients.has(other.clientId)).toBe(false);
  expect(await clientStates.act(client.clientId, 'end', true)).toMatchObject({ changed: true });
  await clientStates.forget([client.clientId], -HOUR);
  expect((await clientStates.list()).has(client.clientId)).toBe(false);
  const mine = { clientId: randomId(), metadata: { client_name: 'Mine' }, secret: undefined, issuedAt: 1 };
  expect(await operatorClients.write(mine, '', 'client-created')).toBe('written');
  const written = (await operatorClients.current()).find(mine.clientId);
  expect(await operatorClients.write({ ...mine, secret: 'x' }, written?.version)).toBe('written');
  expect((await operatorClients.current()).find(mine.clientId)?.secret).toBe('x');
  await operatorClients.remove(mine.clientId);
  expect((await operatorClients.current()).all).toEqual([]);
  for (const [act, epoch] of [
    ['disable', 1],
    ['enable', 2],
    ['end', 3],
    ['delete', 4],
  ] as const) {
    expect(await clientStates.act(other.clientId, act)).toMatchObject({ changed: true, state: { epoch } });
  }
  expect((await clientStates.current()).of(other.clientId)).toMatchObject({ status: 'deleted', epoch: 4 });
}

/** A client that came with a token, and one that came without, of which every secret and every word is marked. */
export async function registerMarked(
  { registration, stores }: TestProtocol,
  mark: (what: string, value?: string) => string,
): Promise<void> {
  const asked = { name: mark('name of a token'), uses: 2 };
  const token = (await new InitialTokens(stores.initialTokens).issue(asked, HOUR))?.token ?? '';
  mark('initial access token', token);
  const host = randomId().toLowerCase();
  const app = {
    redirect_uris: [mark('address of an app', `https://${host}.example.com/cb`)],
    client_name: mark('name of an app', `App ${randomId()}`),
    contacts: [mark('contact', `${host}@example.org`)],
  };
  const by = { address: mark('its address', '203.0.113.77'), token };
  const answer = await registration.register(app, by);
  if (answer.outcome !== 'done') throw new Error(answer.outcome);
  const secret = mark('secret of an app', String(answer.body?.['client_secret']));
  const digest = mark('digest of it', digestOf(secret));
  await stores.secretUses.record(digest);
  const before = await stores.registeredClients.find(answer.clientId);
  if (!before) throw new Error('no client');
  const next = mark('digest of the next', digestOf(randomId()));
  const after = withNewSecret(withoutVersion(before), next, { overlap: HOUR, now: Date.now() });
  expect(await stores.registeredClients.update(after, before)).toBe('written');
  const kept = {
    clientId: mark('client that the operator keeps'),
    metadata: { client_name: mark('its name') },
    secret: mark('digest of its secret'),
    issuedAt: 1,
  };
  expect(await stores.operatorClients.write(kept, '', 'client-created')).toBe('written');
  mark('registration access token', String(answer.body?.['registration_access_token']));
  const network = mark('network of an app');
  const client = newClient();
  expect(await stores.registeredClients.add(client, { network }, HOUR)).toBe('added');
  const owner = mark('owner who uses an app');
  expect(await stores.registeredClients.keep(client.clientId, 2 * HOUR, owner)).toBe('kept');
}
