/** `/account/data` in the whole server: the download, and closing the account. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClosingSweep } from '../../src/account-changes/closing-sweep.ts';
import { Installation } from '../support/installation.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start();
});
afterAll(() => installation.stop());

async function ownerWithDevice() {
  const owner = await installation.owner();
  const device = installation.device();
  const codes = codesOf(await device.authorize({ device_name: 'Kitchen radio' }));
  expect(await owner.decide(codes.userCode, 'approve')).toBe('linked');
  return { owner, device, tokens: tokensOf(await device.poll(codes.deviceCode)) };
}

describe('an owner’s data', () => {
  it('comes as one file with everything, and nothing in it opens anything', async () => {
    const { owner, tokens } = await ownerWithDevice();
    const file = await owner.pages.submit('/account/data', '/account/data/download', {});
    expect([file.status, file.headers['content-disposition']]).toEqual([
      200,
      'attachment; filename="latchkey-account.json"',
    ]);
    const data = JSON.parse(file.text) as Record<string, unknown>;
    expect(Object.keys(data)).toEqual([
      'account',
      'devices',
      'browsers',
      'apps',
      'household',
      'twoStepVerification',
      'voiceCode',
      'activity',
    ]);
    expect(data).toMatchObject({
      account: { name: 'Ada', email: owner.browser.profile.email },
      devices: [{ claimed: { name: 'Kitchen radio' }, clientId: 'tv' }],
      activity: [{ kind: 'device-linked', title: '“Kitchen radio” was linked to your account' }],
    });
    for (const secret of [tokens.access_token, tokens.refresh_token, owner.browser.sessionId, 'passwordHash'])
      expect(file.text).not.toContain(secret);
  });

  it('is gone after the time to change one’s mind, and so is the device', async () => {
    const { owner, device, tokens } = await ownerWithDevice();
    const asked = await owner.pages.submit('/account/data/close', '/account/data/close', {});
    const page = await owner.pages.get(asked.location);
    expect(page.text).toContain('Until then you can change your mind here.');
    const kept = await owner.pages.post('/account/data/keep', { csrf: page.field('csrf') });
    expect((await owner.pages.get(kept.location)).text).toContain('Your account stays open.');
    await owner.pages.submit('/account/data/close', '/account/data/close', {});
    expect(await device.isActive(tokens.access_token)).toBe(true);
    await new StoredState(installation.stores).reachClosing(owner.browser.accountId);
    await new ClosingSweep(installation.stores.closings, { add: async () => undefined }).sweep();
    expect(await device.isActive(tokens.access_token)).toBe(false);
    expect(await owner.isSignedIn()).toBe(false);
    expect((await device.refresh(tokens.refresh_token)).body['error']).toBe('invalid_grant');
  });
});
