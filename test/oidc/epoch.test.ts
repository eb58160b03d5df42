import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { Session } from '../../src/accounts/session.ts';
import { DeviceClient } from '../support/device-client.ts';
import { pauseBefore } from '../support/pausing.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, randomId, signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let device: DeviceClient;
let accountId: AccountId;
let browser: Session;

beforeAll(async () => {
  protocol = await testProtocol();
  device = new DeviceClient(protocol.issuer);
});
beforeEach(async () => {
  ({ accountId, browser } = await signedInOwner(protocol.stores));
});
afterAll(() => protocol.close());

const signOutEverything = () => protocol.stores.accounts.signOutEverything(accountId);

async function start(): Promise<{ deviceCode: string; userCode: string }> {
  const { body } = await device.authorize();
  return { deviceCode: String(body['device_code']), userCode: String(body['user_code']).replace('-', '') };
}

async function linked(): Promise<{ refreshToken: string; accessToken: string }> {
  const { deviceCode, userCode } = await start();
  await protocol.linking.approve(userCode, browser);
  const { body } = await device.poll(deviceCode);
  return { refreshToken: String(body['refresh_token']), accessToken: String(body['access_token']) };
}

describe('while the owner signs out of everything, dead on arrival is', () => {
  it('an approval, paused before its grant is written', async () => {
    const { deviceCode, userCode } = await start();
    const pause = pauseBefore(protocol.stores.grants, 'write');
    const approval = protocol.linking.approve(userCode, browser);
    await pause.reached;
    await signOutEverything();
    pause.letGo();
    expect(await approval).toBe('signed-out');
    expect((await device.poll(deviceCode)).body['error']).toBe('authorization_pending');
  });

  it('an approval, paused between its grant and its code', async () => {
    const { deviceCode, userCode } = await start();
    const pause = pauseBefore(protocol.stores.deviceCodes, 'decide');
    const approval = protocol.linking.approve(userCode, browser);
    await pause.reached;
    await signOutEverything();
    pause.letGo();
    await approval;
    expect((await device.poll(deviceCode)).body['error']).toBe('invalid_grant');
  });

  it('a redemption, paused between its code and its grant', async () => {
    const { deviceCode, userCode } = await start();
    await protocol.linking.approve(userCode, browser);
    const pause = pauseBefore(protocol.stores.grants, 'activate');
    const poll = device.poll(deviceCode);
    await pause.reached;
    await signOutEverything();
    pause.letGo();
    expect((await poll).body['error']).toBe('invalid_grant');
  });

  it('a redemption, paused between its grant and its tokens: what it issues is not accepted', async () => {
    const { deviceCode, userCode } = await start();
    await protocol.linking.approve(userCode, browser);
    const pause = pauseBefore(protocol.stores.accessTokens, 'write');
    const poll = device.poll(deviceCode);
    await pause.reached;
    await signOutEverything();
    pause.letGo();
    const { body } = await poll;
    expect(await device.isActive(String(body['access_token']))).toBe(false);
    expect((await device.refresh(String(body['refresh_token']))).status).toBe(400);
  });

  it('a refresh, paused before its token is used and succeeded', async () => {
    const { refreshToken } = await linked();
    const pause = pauseBefore(protocol.stores.grants, 'addRefreshToken');
    const refresh = device.refresh(refreshToken);
    await pause.reached;
    await signOutEverything();
    pause.letGo();
    expect((await refresh).body['error']).toBe('invalid_grant');
  });

  it('a refresh by the library, paused while its tokens are written: what it issues is not accepted', async () => {
    const { refreshToken } = await linked();
    const pause = pauseBefore(protocol.stores.accessTokens, 'write');
    // In front of it both are one step.
    const refresh = device.refresh(refreshToken, { scope: 'openid' });
    await pause.reached;
    await signOutEverything();
    pause.letGo();
    const { body } = await refresh;
    expect(await device.isActive(String(body['access_token']))).toBe(false);
    expect((await device.refresh(String(body['refresh_token']))).status).toBe(400);
  });

  it('an introspection, paused before the account is asked', async () => {
    const { accessToken } = await linked();
    const pause = pauseBefore(protocol.stores.accessTokens, 'present');
    const answer = device.isActive(accessToken);
    await pause.reached;
    await signOutEverything();
    pause.letGo();
    expect(await answer).toBe(false);
  });

  it('a sign-in, paused between the password and the browser', async () => {
    const entering = newBrowser(accountId, 1);
    const pause = pauseBefore(protocol.stores.browsers, 'insert');
    const insertion = protocol.stores.browsers.insert(entering, { idle: 1e6, absolute: 1e6 });
    await pause.reached;
    await signOutEverything();
    pause.letGo();
    expect(await insertion).toBe(false);
    expect(await protocol.stores.browsers.resume(entering.sessionId)).toBeUndefined();
  });

  it('a session save of the library, under the same id and under a new one', async () => {
    for (const newId of [false, true]) {
      const owner = await signedInOwner(protocol.stores);
      const session = await protocol.provider.Session.find(owner.browser.sessionId);
      expect(session?.accountId).toBe(owner.accountId);
      const pause = pauseBefore(protocol.stores.browsers, 'save');
      if (session && newId) session.jti = randomId();
      const saving = session?.save(3600);
      await pause.reached;
      await protocol.stores.accounts.signOutEverything(owner.accountId);
      pause.letGo();
      await saving;
      for (const id of [owner.browser.sessionId, session?.jti ?? '']) {
        expect(await protocol.provider.Session.find(id)).toBeUndefined();
      }
      expect(await protocol.provider.Session.findByUid(owner.browser.uid)).toBeUndefined();
    }
  });
});

describe('a disabled account', () => {
  it('can neither approve, redeem, refresh, introspect nor keep its browser', async () => {
    const { refreshToken, accessToken } = await linked();
    const [approved, pending] = [await start(), await start()];
    await protocol.linking.approve(approved.userCode, browser);
    const { connection, prefix } = protocol.stores;
    await connection.redis.hset(`${prefix}{${accountId}}:account`, 'status', 'disabled');
    expect(await protocol.linking.approve(pending.userCode, browser)).toBe('signed-out');
    expect((await device.poll(approved.deviceCode)).body['error']).toBe('invalid_grant');
    expect((await device.refresh(refreshToken)).body['error']).toBe('invalid_grant');
    expect(await device.isActive(accessToken)).toBe(false);
    expect((await device.userinfo(accessToken)).status).toBe(401);
    expect(await protocol.stores.browsers.resume(browser.sessionId)).toBeUndefined();
  });
});
