import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { calculateJwkThumbprint, decodeProtectedHeader, type JWK } from 'jose';
import Provider from 'oidc-provider';
import { readConfig } from '../../src/config/config.ts';
import { keyRotationOf } from '../../src/server/signing-keys.ts';
import { DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf, errorOf, linkDevice } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner, testStores } from '../support/test-stores.ts';

let one: TestProtocol;
let other: TestProtocol;

/** What the server does at its start: whichever process is first makes the keys. */
async function startedServer(prefix: string): Promise<TestProtocol> {
  const stores = await testStores({ prefix });
  const { published: keys } = await keyRotationOf(stores, readConfig({}).config).open();
  await stores.connection.close();
  return testProtocol({ prefix, keys });
}

beforeAll(async () => {
  const prefix = `keys${Date.now()}:`;
  [one, other] = await Promise.all([startedServer(prefix), startedServer(prefix)]);
});
afterAll(() => Promise.all([one.close(), other.close()]));

async function publishedKeys(issuer: string): Promise<JWK[]> {
  const response = await request(`${issuer}/jwks`);
  return ((await response.json()) as { keys: JWK[] }).keys;
}

describe('signing keys', () => {
  it('are RS256 and ES256, named by their thumbprint, without a private part', async () => {
    const keys = await publishedKeys(one.issuer);
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256']);
    for (const key of keys) {
      expect(key.kid).toBe(await calculateJwkThumbprint(key));
      expect(key.use).toBe('sig');
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(part);
    }
    const rsa = keys.find(({ kty }) => kty === 'RSA');
    expect(Buffer.from(rsa?.n ?? '', 'base64url').length * 8).toBeGreaterThanOrEqual(3072);
  });

  it('are the same in two processes that started at once', async () => {
    expect(await publishedKeys(one.issuer)).toEqual(await publishedKeys(other.issuer));
  });

  it('sign what a device gets', async () => {
    const { browser } = await signedInOwner(one.stores);
    const { tokens } = await linkDevice(one, browser);
    const kids = (await publishedKeys(one.issuer)).map(({ kid }) => kid);
    expect(kids).toContain(decodeProtectedHeader(tokens.id_token ?? '').kid);
  });

  it('lie in Redis encrypted', async () => {
    const { connection, prefix } = one.stores;
    const stored = await connection.redis.get(`${prefix}signing-keys`);
    expect(stored).toEqual(expect.any(String));
    for (const key of await publishedKeys(one.issuer)) expect(stored).not.toContain(key.kid);
    expect(stored).not.toContain('"kty"');
  });
});

describe('nothing of what the library brings for development is in use', () => {
  let plain: Server;
  beforeAll(async () => {
    for (const method of ['info', 'warn'] as const) jest.spyOn(console, method).mockImplementation(() => {});
    plain = createServer(new Provider('http://localhost').callback());
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    plain.closeAllConnections();
    await new Promise((resolve) => plain.close(resolve));
  });

  it('no key: those of the library without settings are not ours', async () => {
    const theirs = await publishedKeys(`http://127.0.0.1:${(plain.address() as AddressInfo).port}`);
    expect(theirs.length).toBeGreaterThan(0);
    const ours = await publishedKeys(one.issuer);
    for (const key of theirs) {
      expect(ours.map(({ kid }) => kid)).not.toContain(key.kid);
      expect(ours.map(({ n }) => n)).not.toContain(key.n);
    }
  });

  it('no interaction: its pages are not there', async () => {
    for (const path of ['/interaction/x', '/interaction/x/login', '/interaction/x/abort']) {
      for (const method of ['GET', 'POST']) {
        const { status } = await request(one.issuer + path, { method });
        expect([path, method, status]).toEqual([path, method, 404]);
      }
    }
  });

  it('no adapter in memory: what one process writes the other one knows', async () => {
    const [here, there] = [new DeviceClient(one.issuer), new DeviceClient(other.issuer)];
    const { deviceCode } = codesOf(await here.authorize());
    expect(errorOf(await there.poll(deviceCode))).toBe('authorization_pending');
    for (const model of [
      'Session',
      'Interaction',
      'AuthorizationCode',
      'ReplayDetection',
      'Client',
    ] as const) {
      const { adapter } = one.provider[model] as unknown as { adapter: object };
      expect([model, adapter.constructor.name]).not.toEqual([model, 'MemoryAdapter']);
    }
  });
});
