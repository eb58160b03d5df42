import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

export interface PlainProvider {
  readonly issuer: string;
  /** Confirms the code as the owner would, and gives the id of the grant. */
  approve(userCode: string): Promise<string>;
  deny(userCode: string): Promise<void>;
  /** Ends the grant, as deregistering does. */
  endGrant(grantId: string): Promise<void>;
  grantExists(grantId: string): Promise<boolean>;
  close(): Promise<void>;
}

/** A plain oidc-provider on a random loopback port, with its memory adapter and no pages: a server not written by us. */
export async function startPlainProvider(): Promise<PlainProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await createProvider(issuer);
  server.on('request', provider.callback());
  return {
    issuer,
    approve: (userCode) => approve(provider, userCode),
    deny: async (userCode) => {
      const code = await findCode(provider, userCode);
      Object.assign(code, { error: 'access_denied', errorDescription: 'the owner said no' });
      await code.save();
    },
    endGrant: async (grantId) => {
      await (await provider.Grant.find(grantId))?.destroy();
      await provider.RefreshToken.revokeByGrantId(grantId);
    },
    grantExists: async (grantId) => (await provider.Grant.find(grantId)) !== undefined,
    close: () => close(server),
  };
}

async function createProvider(issuer: string): Promise<Provider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'test' }] },
    cookies: { keys: ['only for this test'] },
    clients: [
      {
        client_id: 'demo-device',
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
    },
    ttl: { AccessToken: 600, DeviceCode: 600, Grant: 3600, IdToken: 3600, RefreshToken: 3600 },
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    findAccount: (_, accountId) => ({
      accountId,
      claims: async () => ({ sub: accountId, name: 'Ada Example', email: 'ada@example.org' }),
    }),
  });
}

async function findCode(provider: Provider, userCode: string) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replaceAll('-', ''));
  if (code === undefined) throw new Error(`no such code: ${userCode}`);
  return code;
}

async function approve(provider: Provider, userCode: string): Promise<string> {
  const code = await findCode(provider, userCode);
  const scope = String(code.params?.['scope']);
  const grant = new provider.Grant({ accountId: 'ada', clientId: 'demo-device' });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  Object.assign(code, {
    accountId: 'ada',
    grantId,
    scope,
    authTime: Math.floor(Date.now() / 1000),
    claims: {},
  });
  await code.save();
  return grantId;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
