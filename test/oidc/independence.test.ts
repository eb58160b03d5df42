import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { Session } from '../../src/accounts/session.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, errorOf, type LinkedDevice, linkDevice, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let accountId: AccountId;
let browser: Session;
let device: DeviceClient;
let state: StoredState;
let bedroom: LinkedDevice;
let kitchen: LinkedDevice;

beforeAll(async () => {
  protocol = await testProtocol();
  device = new DeviceClient(protocol.issuer);
  state = new StoredState(protocol.stores);
});
beforeEach(async () => {
  ({ accountId, browser } = await signedInOwner(protocol.stores));
  bedroom = await linkDevice(protocol, browser, device, { device_name: 'Bedroom' });
  kitchen = await linkDevice(protocol, browser, device, { device_name: 'Kitchen' });
});
afterAll(() => protocol.close());

const grants = async () => Object.values(await state.grants(accountId));

async function expectAlive({ tokens }: LinkedDevice): Promise<void> {
  expect(await device.isActive(tokens.access_token)).toBe(true);
  expect((await device.userinfo(tokens.access_token)).status).toBe(200);
  expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
}

describe('two devices of one client, approved from one browser', () => {
  it('have a grant each', async () => {
    expect(await grants()).toEqual(['active', 'active']);
  });

  it('refresh without touching each other', async () => {
    let { refresh_token: token } = bedroom.tokens;
    for (let round = 0; round < 5; round += 1) token = tokensOf(await device.refresh(token)).refresh_token;
    await expectAlive(kitchen);
    expect((await device.refresh(token)).status).toBe(200);
  });

  it('are ended by replay one at a time', async () => {
    const next = tokensOf(await device.refresh(bedroom.tokens.refresh_token));
    await device.refresh(next.refresh_token);
    expect(errorOf(await device.refresh(bedroom.tokens.refresh_token))).toBe('invalid_grant');
    expect(await grants()).toEqual(['active']);
    await expectAlive(kitchen);
  });

  it('take themselves off one at a time', async () => {
    expect((await device.revoke(bedroom.tokens.refresh_token)).status).toBe(200);
    expect(await grants()).toEqual(['active']);
    expect(await device.isActive(bedroom.tokens.access_token)).toBe(false);
    await expectAlive(kitchen);
  });

  it('are not touched by a third that is denied, expires, or redeems its code twice', async () => {
    const [denied, late] = [codesOf(await device.authorize()), codesOf(await device.authorize())];
    await protocol.linking.deny(denied.userCode);
    await state.expireCode(late.deviceCode);
    for (const { deviceCode } of [denied, late, bedroom])
      expect((await device.poll(deviceCode)).status).toBe(400);
    for (const each of [bedroom, kitchen]) await expectAlive(each);
  });

  it('stay when a device of another client is approved from the same browser, and goes', async () => {
    const client = new DeviceClient(protocol.issuer, 'speaker');
    const speaker = await linkDevice(protocol, browser, client);
    expect(await grants()).toHaveLength(3);
    await client.revoke(speaker.tokens.refresh_token);
    for (const each of [bedroom, kitchen]) await expectAlive(each);
  });

  it('stay when the browser they were approved from signs out', async () => {
    expect(await protocol.stores.browsers.end(browser.sessionId)).toBe(true);
    for (const each of [bedroom, kitchen]) await expectAlive(each);
  });

  it('stay when another account signs out of everything', async () => {
    const neighbour = await signedInOwner(protocol.stores, 'Bob');
    const theirs = await linkDevice(protocol, neighbour.browser, device);
    await protocol.stores.accounts.signOutEverything(neighbour.accountId);
    expect(await device.isActive(theirs.tokens.access_token)).toBe(false);
    for (const each of [bedroom, kitchen]) await expectAlive(each);
  });
});

describe('an approval', () => {
  it('that is waiting for its device, and whose code expires, gives nothing', async () => {
    const codes = codesOf(await device.authorize());
    await protocol.linking.approve(codes.userCode, browser);
    expect((await grants()).sort()).toEqual(['active', 'active', 'waiting']);
    await state.expireCode(codes.deviceCode);
    expect(errorOf(await device.poll(codes.deviceCode))).toBe('expired_token');
    expect(await device.isActive(bedroom.tokens.access_token)).toBe(true);
  });

  it('that comes too late takes its grant back', async () => {
    const codes = codesOf(await device.authorize());
    const both = [
      protocol.linking.approve(codes.userCode, browser),
      protocol.linking.approve(codes.userCode, browser),
    ];
    expect((await Promise.all(both)).sort()).toEqual(['approved', 'gone']);
    expect((await grants()).filter((grant) => grant === 'waiting')).toHaveLength(1);
  });
});
