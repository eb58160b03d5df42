/** `oidc-provider` set up for the same work as Latchkey, and nothing else. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import Provider, { type AdapterFactory, type ClientMetadata } from 'oidc-provider';
import type { SigningKeys } from '../src/oidc/signing-keys.ts';

const CLIENTS = new URL('../clients.example.json', import.meta.url);
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const DAY = 86_400;

/**
 * Same clients, scopes, lifetimes, rotation and signing keys. Its accounts come out of memory: that saves it a
 * round trip for which Latchkey gets no credit.
 */
export async function plainProvider(
  adapter: AdapterFactory,
  settings: { issuer: string; keys: SigningKeys },
): Promise<Provider> {
  return new Provider(settings.issuer, {
    adapter,
    clients: JSON.parse(await readFile(CLIENTS, 'utf8')) as ClientMetadata[],
    jwks: settings.keys as { keys: object[] },
    clientDefaults: {
      grant_types: [DEVICE_GRANT, 'refresh_token'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'none',
    },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****' },
      introspection: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
    },
    clientBasedCORS: () => false,
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: 'Ada', email: `${sub}@example.org`, email_verified: true }),
    }),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 3600,
      DeviceCode: 600,
      Grant: 730 * DAY,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 180 * DAY,
      Session: DAY,
    },
  });
}

/** As the library's own pages would, without a page. */
export async function approvePlain(provider: Provider, userCode: string): Promise<void> {
  const code = await provider.DeviceCode.findByUserCode(userCode);
  if (!code?.clientId) throw new Error('not approved: no such code');
  const accountId = randomUUID();
  const scope = String(code.params?.['scope']);
  const grant = new provider.Grant({ accountId, clientId: code.clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const authTime = Math.floor(Date.now() / 1000);
  Object.assign(code, { accountId, grantId, scope, authTime, amr: ['pwd'] });
  await code.save();
}
