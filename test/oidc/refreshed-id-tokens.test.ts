import { webcrypto } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { linkDevice, tokensOf } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let browser: Session;

beforeAll(async () => {
  const ES256 = { id_token_signed_response_alg: 'ES256' };
  const clients = [
    ...TEST_CLIENTS,
    { client_id: 'unread', client_name: 'Unread', id_token_on_refresh: false },
    { client_id: 'read', client_name: 'Read', id_token_on_refresh: true, ...ES256 },
  ];
  protocol = await testProtocol({ clients });
  ({ browser } = await signedInOwner(protocol.stores));
});
afterAll(() => protocol.close());

describe('an ID token at a refresh', () => {
  /** How many signatures are made meanwhile, of whatever kind. */
  async function signatures(act: () => Promise<unknown>): Promise<number> {
    const sign = jest.spyOn(webcrypto.subtle, 'sign');
    await act();
    const made = sign.mock.calls.length;
    sign.mockRestore();
    return made;
  }

  it.each([
    ['tv', 1],
    ['read', 1],
    ['unread', 0],
  ])('is signed for %s %d times: one that no client reads is not made', async (id, times) => {
    const client = new DeviceClient(protocol.issuer, id);
    let tokens: Tokens | undefined;
    const scope = { scope: 'openid profile email household offline_access' };
    const linking = async () => {
      ({ tokens } = await linkDevice(protocol, browser, client, scope));
    };
    // The first one comes to every client.
    expect(await signatures(linking)).toBe(1);
    expect(tokens?.id_token).toEqual(expect.any(String));
    for (const fields of [{}, { scope: 'openid profile' }] as Record<string, string>[]) {
      const refreshing = async () => {
        tokens = tokensOf(await client.refresh(String(tokens?.refresh_token), fields));
      };
      expect(await signatures(refreshing)).toBe(times);
      expect('id_token' in (tokens ?? {})).toBe(times === 1);
      expect(tokens).toMatchObject({ scope: fields['scope'] ?? scope.scope, token_type: 'Bearer' });
    }
    const claims = await client.userinfo(String(tokens?.access_token));
    expect(claims.body).toMatchObject({ sub: browser.accountId, name: 'Ada' });
  });
});
