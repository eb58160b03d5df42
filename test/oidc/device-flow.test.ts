import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SignedInBrowser } from '../../src/accounts/browser-store.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let browser: SignedInBrowser;
let device: DeviceClient;

beforeAll(async () => {
  protocol = await testProtocol();
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
});
afterAll(() => protocol.close());

const codeOf = (answer: { body: Record<string, unknown> }) => ({
  deviceCode: String(answer.body['device_code']),
  userCode: String(answer.body['user_code']).replace('-', ''),
});

describe('a device signs in', () => {
  it('gets tokens after its owner has confirmed, and keeps refreshing', async () => {
    const started = await device.authorize({ device_name: 'Living room' });
    expect(started.status).toBe(200);
    const { deviceCode, userCode } = codeOf(started);
    expect((await device.poll(deviceCode)).body['error']).toBe('authorization_pending');
    const link = await protocol.linking.find(userCode);
    expect(link?.device.name).toBe('Living room');
    expect(await protocol.linking.approve(userCode, browser)).toBe('approved');
    const answer = await device.poll(deviceCode);
    expect(answer.body).toMatchObject({ token_type: 'Bearer', access_token: expect.any(String) });
    let tokens = answer.body as unknown as Tokens;
    expect((await device.userinfo(tokens.access_token)).body).toMatchObject({
      name: 'Ada',
      email_verified: true,
    });
    for (let round = 0; round < 3; round += 1) {
      expect(await device.isActive(tokens.access_token)).toBe(true);
      const refreshed = await device.refresh(tokens.refresh_token);
      expect(refreshed.body).toMatchObject({ refresh_token: expect.any(String) });
      tokens = refreshed.body as unknown as Tokens;
    }
  });
});
