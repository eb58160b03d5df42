import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { approvedCode, codesOf } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { randomId, signedInOwner } from '../support/test-stores.ts';

/** Decision 6. Every request here comes from one network. */
describe('polls with device codes that were never issued', () => {
  const pace = { free: 5, firstDelay: 20_000, highestDelay: 60_000, memory: 600_000 };
  let protocol: TestProtocol;
  let device: DeviceClient;
  beforeAll(async () => {
    protocol = await testProtocol({ limits: { UNKNOWN_CODE_NETWORK: pace } });
    device = new DeviceClient(protocol.issuer);
  });
  afterAll(() => protocol.close());

  it('are answered invalid_grant, and beyond the limit 429 with when to come again', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { status, body } = await device.poll(randomId());
      expect([status, body['error']]).toEqual([400, 'invalid_grant']);
    }
    const { status, body, headers } = await device.poll(randomId());
    expect([status, body['error']]).toEqual([429, 'invalid_grant']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(10);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(20);
  });

  it('do not slow down a device behind the same address: not while its code is pending, denied, approved or used', async () => {
    expect((await device.poll(randomId())).status).toBe(429);
    const pending = codesOf(await device.authorize());
    expect((await device.poll(pending.deviceCode)).body['error']).toBe('authorization_pending');
    const denied = codesOf(await device.authorize());
    await protocol.linking.deny(denied.userCode);
    expect((await device.poll(denied.deviceCode)).body['error']).toBe('access_denied');
    const { browser } = await signedInOwner(protocol.stores);
    const approved = await approvedCode(protocol, browser);
    expect((await device.poll(approved.deviceCode)).status).toBe(200);
    const late = await device.poll(approved.deviceCode);
    expect([late.status, late.body['error']]).toEqual([400, 'invalid_grant']);
    const foreign = await new DeviceClient(protocol.issuer, 'speaker').poll(pending.deviceCode);
    expect([foreign.status, foreign.body['error']]).toEqual([400, 'invalid_grant']);
  });
});
