import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { deviceKey } from '../support/device-key.ts';
import { approvedCode, errorOf, linkDevice } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol.close());

const devicesOf = (owner: { accountId: never | string; epoch: number }) =>
  protocol.stores.linkedDevices.list(owner as Parameters<typeof protocol.stores.linkedDevices.list>[0]);
const kindsOf = async (accountId: string) =>
  (await protocol.stores.activity.list(accountId, { most: 20 })).map(({ event }) => event.kind);

describe('devices of a client with a default type', () => {
  it('are of it where they do not say, and have the picture that they name where they do', async () => {
    const doorbells = {
      client_id: 'doorbells',
      client_name: 'Doorbells',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      redirect_uris: [],
      response_types: [],
      default_device_type: 'doorbell',
    };
    const own = await testProtocol({ clients: [doorbells] });
    const { browser } = await signedInOwner(own.stores);
    const says = async (fields: Record<string, string>) =>
      linkDevice(own, browser, new DeviceClient(own.issuer, 'doorbells'), fields);
    await says({ device_name: 'Says nothing' });
    await says({ device_name: 'Says chime', device_type: 'chime' });
    await says({ device_name: 'Says camera', device_type: 'camera' });
    const rows = await own.stores.linkedDevices.list(browser);
    expect(Object.fromEntries(rows.map(({ claimed }) => [claimed.name, claimed.type]))).toEqual({
      'Says nothing': 'doorbell',
      'Says chime': 'doorbell',
      'Says camera': 'camera',
    });
    await own.close();
  });
});

describe('the row of a device', () => {
  it('tells what it said of itself, its app, and whether a copy of its key would work', async () => {
    const { browser } = await signedInOwner(protocol.stores);
    await linkDevice(protocol, browser, undefined, { device_name: 'Bedroom', device_type: 'tv' });
    const bound = await approvedCode(protocol, browser, undefined, { device_name: 'Bound' });
    const answer = await new DeviceClient(protocol.issuer).post(
      '/token',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: bound.deviceCode,
        client_id: 'tv',
      },
      { DPoP: await (await deviceKey(protocol.issuer)).prove('/token') },
    );
    expect(answer.body['token_type']).toBe('DPoP');
    const rows = await devicesOf(browser);
    const shown = rows.map(({ claimed, clientId, bound: isBound }) => [claimed.name, clientId, isBound]);
    expect(shown.sort()).toEqual([
      ['Bedroom', 'tv', false],
      ['Bound', 'tv', true],
    ]);
  });
});

describe('a device that takes itself off (RFC 7009)', () => {
  it('is gone from the list at once, its owner is told, and the others go on', async () => {
    const { browser } = await signedInOwner(protocol.stores);
    const leaves = await linkDevice(protocol, browser, undefined, { device_name: 'Leaves' });
    const stays = await linkDevice(protocol, browser, undefined, { device_name: 'Stays' });
    expect((await leaves.client.revoke(leaves.tokens.refresh_token)).status).toBe(200);
    expect((await devicesOf(browser)).map(({ claimed }) => claimed.name)).toEqual(['Stays']);
    expect(await kindsOf(browser.accountId)).toEqual(['device-signed-off', 'device-linked', 'device-linked']);
    expect(errorOf(await leaves.client.refresh(leaves.tokens.refresh_token))).toBe('invalid_grant');
    expect(await leaves.client.isActive(leaves.tokens.access_token)).toBe(false);
    expect((await stays.client.refresh(stays.tokens.refresh_token)).status).toBe(200);
    const [event] = await protocol.stores.activity.list(browser.accountId, { most: 1 });
    expect(event?.event).toMatchObject({ by: 'device' });
    expect(event?.device).toMatchObject({ name: 'Leaves' });
  });

  it('links again to the same account, or to another, and the old key works nowhere', async () => {
    const [first, second] = [await signedInOwner(protocol.stores), await signedInOwner(protocol.stores)];
    const before = await linkDevice(protocol, first.browser, undefined, { device_name: 'Handed on' });
    const old: Tokens = before.tokens;
    await before.client.revoke(old.refresh_token);
    for (const { browser, accountId } of [first, second]) {
      const again = await linkDevice(protocol, browser, before.client, { device_name: 'Handed on' });
      const { body } = await again.client.userinfo(again.tokens.access_token);
      expect(body['sub']).toBe(accountId);
      expect(await devicesOf(browser)).toHaveLength(1);
      expect(errorOf(await again.client.refresh(old.refresh_token))).toBe('invalid_grant');
      expect(await again.client.isActive(old.access_token)).toBe(false);
      // The old key is unknown, not replayed: presenting it takes nothing from the new one.
      expect((await again.client.refresh(again.tokens.refresh_token)).status).toBe(200);
      await again.client.revoke(again.tokens.refresh_token);
    }
    expect(await devicesOf(first.browser)).toEqual([]);
    expect(await devicesOf(second.browser)).toEqual([]);
  });
});
