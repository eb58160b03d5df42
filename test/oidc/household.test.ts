import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { DeviceClient } from '../support/device-client.ts';
import { type LinkedDevice, linkDevice } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { randomId, signedInOwner } from '../support/test-stores.ts';

const SCOPE = { scope: 'openid profile household offline_access' };
const EVENT = { kind: 'device-assigned', by: 'owner' } as const;

let protocol: TestProtocol;
let browser: Session;
const ben = { id: '', name: 'Ben' };
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol.close());
beforeEach(async () => {
  browser = (await signedInOwner(protocol.stores)).browser;
  ben.id = randomId();
  await protocol.stores.household.add(browser, { ...ben }, 9, EVENT);
});

const link = (fields: Record<string, string>) =>
  linkDevice(protocol, browser, new DeviceClient(protocol.issuer), fields);

async function give(name: string, memberId: string | undefined): Promise<void> {
  const { linkedDevices } = protocol.stores;
  const device = (await linkedDevices.list(browser)).find(({ claimed }) => claimed.name === name);
  expect(await linkedDevices.assign(browser, device?.id ?? '', memberId, EVENT)).toBe(true);
}

const memberFor = async ({ client, tokens }: LinkedDevice) =>
  (await client.userinfo(tokens.access_token)).body['household_member'];

describe('who of the household uses a device', () => {
  it('is told to an app with the scope, from the moment the owner says so, without linking anew', async () => {
    const [hers, his] = [
      await link({ ...SCOPE, device_name: 'Hers' }),
      await link({ ...SCOPE, device_name: 'His' }),
    ];
    expect(await memberFor(his)).toBeUndefined();
    await give('His', ben.id);
    expect(await memberFor(his)).toEqual({ id: ben.id, name: 'Ben' });
    expect(await memberFor(hers)).toBeUndefined();
    await protocol.stores.household.rename(browser, { ...ben, name: 'Benjamin' }, EVENT);
    expect(await memberFor(his)).toEqual({ id: ben.id, name: 'Benjamin' });
    await give('His', undefined);
    expect(await memberFor(his)).toBeUndefined();
  });

  it('is not told without the scope, nor once the profile is removed', async () => {
    const [plain, asking] = [
      await link({ scope: 'openid profile email', device_name: 'Plain' }),
      await link({ ...SCOPE, device_name: 'Asking' }),
    ];
    await give('Plain', ben.id);
    await give('Asking', ben.id);
    expect(await memberFor(plain)).toBeUndefined();
    expect(await memberFor(asking)).toEqual({ id: ben.id, name: 'Ben' });
    await protocol.stores.household.remove(browser, ben.id, EVENT);
    const { status, body } = await asking.client.userinfo(asking.tokens.access_token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ sub: browser.accountId, name: 'Ada' });
    expect(body).not.toHaveProperty('household_member');
  });
});
