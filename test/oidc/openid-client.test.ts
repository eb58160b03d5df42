/** A widely used client library, as it comes: what it signs in with, a device maker's own will as well. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import type { Session } from '../../src/accounts/session.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

type Tokens = Awaited<ReturnType<typeof client.pollDeviceAuthorizationGrant>>;

const SCOPE = 'openid profile email offline_access';

let protocol: TestProtocol;
let browser: Session;
let config: client.Configuration;
let DPoP: client.DPoPHandle;
/** The library waits the interval before its first poll, so the three devices wait together. */
let plain: Tokens;
let bound: Tokens;
let refusal: unknown;

beforeAll(async () => {
  protocol = await testProtocol();
  ({ browser } = await signedInOwner(protocol.stores));
  config = await discover('tv', client.None());
  DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
  [plain, bound, refusal] = await Promise.all([
    signIn(approve),
    signIn(approve, { DPoP }),
    signIn((userCode) => protocol.linking.deny(userCode)).catch((error: unknown) => error),
  ]);
});
afterAll(() => protocol.close());

const approve = (userCode: string) => protocol.linking.approve(userCode, browser);

const discover = (id: string, auth: client.ClientAuth, metadata?: Partial<client.ClientMetadata>) =>
  client.discovery(new URL(protocol.issuer), id, metadata, auth, { execute: [client.allowInsecureRequests] });

const discoverApi = () =>
  discover('api', client.ClientSecretBasic('a secret of the API for its tests, 40 chars'));

async function signIn(
  decide: (userCode: string) => Promise<string>,
  options?: client.DPoPOptions,
): Promise<Tokens> {
  const response = await client.initiateDeviceAuthorization(config, { scope: SCOPE, device_name: 'Den' });
  expect(response.interval).toBe(5);
  await decide(response.user_code.replace('-', ''));
  return client.pollDeviceAuthorizationGrant(config, response, undefined, options);
}

describe('openid-client', () => {
  it('signs a device in, reads who it is, refreshes, and takes the device off again', async () => {
    expect(plain.claims()).toMatchObject({ iss: protocol.issuer, sub: browser.accountId, aud: 'tv' });
    const profile = await client.fetchUserInfo(config, plain.access_token, browser.accountId);
    expect(profile).toMatchObject({ name: 'Ada', email: browser.profile.email, email_verified: true });

    const refreshed = await client.refreshTokenGrant(config, plain.refresh_token ?? '');
    expect(refreshed.claims()?.sub).toBe(browser.accountId);
    expect(refreshed.refresh_token).not.toBe(plain.refresh_token);

    const api = await discoverApi();
    const seen = await client.tokenIntrospection(api, refreshed.access_token);
    expect(seen).toMatchObject({ active: true, client_id: 'tv', sub: browser.accountId, scope: SCOPE });

    await client.tokenRevocation(config, refreshed.refresh_token ?? '');
    expect(await client.tokenIntrospection(api, refreshed.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('signs in a device that has a key (DPoP)', async () => {
    expect(bound.token_type).toBe('dpop');
    await client.fetchUserInfo(config, bound.access_token, browser.accountId, { DPoP });
    const refreshed = await client.refreshTokenGrant(config, bound.refresh_token ?? '', undefined, { DPoP });
    expect(refreshed.token_type).toBe('dpop');
    await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toThrow();
  });

  it('hears that its owner has denied', () => {
    expect(refusal).toMatchObject({ error: 'access_denied' });
  });
});
