/** Clients that the operator keeps in the store may do what those of the clients file may, at every server, at once. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestOf } from '../../src/apps/token-digest.ts';
import { ClientDirectory } from '../../src/oidc/client-directory.ts';
import { ResourceCatalog } from '../../src/oidc/resources.ts';
import { StoredClients } from '../../src/oidc/stored-clients.ts';
import { Agent } from '../support/app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { linkDevice } from '../support/linked-device.ts';
import { PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const SECRET = 'a secret of 43 characters as servers make it';
const RESOURCES = TEST_RESOURCES.filter(({ resource }) => resource === PHOTOS);

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol({ resources: RESOURCES, readersMayBeStored: true });
});
afterAll(() => protocol.close());

async function store(clientId: string, metadata: object, secret?: string): Promise<void> {
  const client = { clientId, metadata: { client_name: clientId, ...metadata }, issuedAt: 1 };
  expect(await protocol.stores.operatorClients.write({ ...client, secret: secret && digestOf(secret) })).toBe(
    'written',
  );
}

const as = (id: string) =>
  new DeviceClient(protocol.issuer, id, `Basic ${btoa(`${id}:${SECRET.replaceAll(' ', '+')}`)}`);
const CONFIDENTIAL = { token_endpoint_auth_method: 'client_secret_basic' };

it('an API and a service: what one gets in its own name, the other is told of', async () => {
  await store('photos', { ...CONFIDENTIAL, grant_types: [] }, SECRET);
  const own = { grant_types: ['client_credentials'], own_access: { [PHOTOS]: ['photos.read'] } };
  await store('backup', { ...CONFIDENTIAL, ...own }, SECRET);
  expect(await protocol.clients.look()).toEqual([]);
  const { body } = await as('backup').post('/token', { grant_type: 'client_credentials' });
  expect(body).toMatchObject({ scope: 'photos.read' });
  const told = await as('photos').post('/token/introspection', { token: String(body['access_token']) });
  expect(told.body).toMatchObject({ active: true, aud: PHOTOS, client_id: 'backup' });
});

it('an app that takes an ID token alone: discovery says so from then on, and it is served', async () => {
  const types = async () => {
    const metadata = await (await request(`${protocol.issuer}/.well-known/openid-configuration`)).json();
    return (metadata as Record<string, unknown>)['response_types_supported'];
  };
  expect(await types()).toEqual(['code']);
  const redirect_uri = 'https://site.example.com/callback';
  await store('site', { response_types: ['id_token'], redirect_uris: [redirect_uri] });
  expect(await protocol.clients.look()).toEqual([]);
  expect(await types()).toEqual(['code', 'id_token']);
  const asked = { client_id: 'site', redirect_uri, response_type: 'id_token', response_mode: 'form_post' };
  const fields = { ...asked, scope: 'openid', nonce: 'x', prompt: 'none' };
  const { text } = await new Agent().get(`${protocol.issuer}/auth?${new URLSearchParams(fields)}`);
  expect(text).toContain('login_required');
});

it('stays when every owner has let it go, however long ago it was used', async () => {
  await store('lamp', {});
  const { accountId, browser } = await signedInOwner(protocol.stores);
  const device = await linkDevice(protocol, browser, new DeviceClient(protocol.issuer, 'lamp'));
  expect((await device.client.refresh(device.tokens.refresh_token)).status).toBe(200);
  const { stores } = protocol;
  const stored = new StoredClients(stores.operatorClients, new ResourceCatalog());
  const directory = new ClientDirectory([], stores, 1, stored);
  await directory.keep('lamp', accountId);
  await directory.letGo('lamp', accountId);
  expect(await stores.registeredClients.list()).toEqual([]);
  expect(await stores.connection.redis.pttl(`${stores.prefix}{clients}:operator`)).toBe(-1);
  expect((await device.client.authorize()).status).toBe(200);
});

it('is hidden by an entry of the clients file, and found again when that is gone', async () => {
  await store('tv', { client_name: 'Another telly' });
  await protocol.clients.look();
  expect([protocol.clients.nameOf('tv'), protocol.clients.hidden]).toEqual(['Telly', ['tv']]);
  expect((await protocol.provider.Client.find('tv'))?.clientName).toBe('Telly');
  await protocol.useClients([]);
  expect((await protocol.provider.Client.find('tv'))?.clientName).toBe('Another telly');
  expect(protocol.clients.hidden).toEqual([]);
});

it('is unknown, and told of, where a later version does not take what an earlier one has kept', async () => {
  await store('good', {});
  await store('old', { grant_types: ['password'] });
  expect(await protocol.clients.look()).toEqual([expect.stringContaining('old: grant_types')]);
  expect(protocol.clients.all.map((one) => one.client_id)).toContain('good');
  expect((await new DeviceClient(protocol.issuer, 'old').authorize()).body).toMatchObject({
    error: 'invalid_client',
  });
  expect((await new DeviceClient(protocol.issuer, 'good').authorize()).status).toBe(200);
});
