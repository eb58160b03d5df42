/** `/account/data` in the whole server: the download, and closing the account. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClosingSweep } from '../../src/account-changes/closing-sweep.ts';
import { AlertChoices, OPTIONAL_ALERTS } from '../../src/alerts/alert-choices.ts';
import { Installation } from '../support/installation.ts';
import { LinkKeyOwner } from '../support/link-key-owner.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { OwnerBrowser } from '../support/owner-browser.ts';
import { StoredState } from '../support/stored-state.ts';
import { newBrowser } from '../support/test-stores.ts';

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
      'devicesThatWait',
      'browsers',
      'apps',
      'household',
      'twoStepVerification',
      'signInWithOtherAccounts',
      'browsersNotAskedForCodes',
      'keysThatLinkMachines',
      'voiceCode',
      'buyingByVoice',
      'removalOfSecondStep',
      'closesAt',
      'activity',
    ]);
    expect(data).toMatchObject({
      account: { name: 'Ada', email: owner.browser.profile.email },
      devices: [
        {
          claimed: { name: 'Kitchen radio' },
          clientId: 'tv',
          scopes: expect.arrayContaining(['openid', 'offline_access']),
        },
      ],
      activity: [{ kind: 'device-linked', title: '“Kitchen radio” was linked to your account' }],
    });
    for (const secret of [tokens.access_token, tokens.refresh_token, owner.browser.sessionId, 'passwordHash'])
      expect(file.text).not.toContain(secret);
  });

  it('holds what the page says: alerts that are switched off, browsers not asked for codes, what is asked for', async () => {
    const { stores, server } = installation;
    const { accountId, epoch } = (await ownerWithDevice()).owner.browser;
    const proving = { ...newBrowser(accountId, epoch), amr: ['pwd', 'otp', 'mfa'] };
    await stores.browsers.insert(proving, { idle: 3_600_000, absolute: 3_600_000 });
    const browser = await stores.browsers.resume(proving.sessionId);
    if (!browser) throw new Error('the browser is not signed in');
    const owner = new OwnerBrowser(server.issuer, browser);
    const totp = {
      kind: 'totp',
      id: 'app',
      createdAt: 0,
      name: 'app',
      seed: 's3cret-seed',
      lastStep: 0,
    } as const;
    const by = { by: 'owner' } as const;
    await stores.factors.add(owner.browser, totp, { kind: 'factor-added', ...by });
    const proved = { accountId, epoch, factor: 'app' };
    const place = { address: '192.0.2.9', userAgent: 'Sofa/1' };
    const event = { kind: 'browser-trusted', ...by } as const;
    await stores.trustedBrowsers.trust(proved, 's3cret-token', place, 60_000, event);
    await new AlertChoices(stores.accounts).choose(owner.browser, [], place);
    const wait = { wait: 1000, open: 60_000 };
    await stores.recoveries.ask(owner.browser, wait, { kind: 'recovery-asked', by: 'stranger' });
    await stores.closings.ask(owner.browser, 86_400_000, { kind: 'closing-asked', ...by });
    const { text } = await owner.pages.submit('/account/data', '/account/data/download', {});
    expect(JSON.parse(text)).toMatchObject({
      account: { unwantedAlerts: [...OPTIONAL_ALERTS] },
      browsersNotAskedForCodes: [place],
      removalOfSecondStep: { askedAt: expect.any(String), possibleFrom: expect.any(String) },
      closesAt: expect.any(String),
    });
    expect(text).not.toContain('s3cret');
  });

  it('holds a key that links machines, and a device that was approved and has not come: neither links by the file', async () => {
    const owner = await installation.owner();
    const key = await LinkKeyOwner.as(installation.stores, owner.browser).makes({ name: 'Rack 4', uses: 3 });
    const device = installation.device();
    const codes = codesOf(await device.authorize({ device_name: 'Attic TV', device_type: 'tv' }));
    const page = await owner.pages.submit('/device', '/device', { user_code: codes.userCode });
    const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
    await owner.pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
    const { text } = await owner.pages.submit('/account/data', '/account/data/download', {});
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(JSON.parse(text)).toMatchObject({
      devices: [],
      devicesThatWait: [{ claimed: { name: 'Attic TV', type: 'tv' }, clientId: 'tv', until: time }],
      keysThatLinkMachines: [
        {
          ...{ name: 'Rack 4', clientId: 'rack', network: '127.0.0.1', uses: 3, usesLeft: 3 },
          ...{ scopes: ['openid', 'offline_access', 'profile'], madeAt: time, endsAt: time, refused: null },
        },
      ],
    });
    for (const secret of [key, key.slice(25), codes.deviceCode, codes.userCode])
      expect(text).not.toContain(secret);
  });

  it('is gone after the time to change one’s mind, and so is the device', async () => {
    const { owner, device, tokens } = await ownerWithDevice();
    const asked = await owner.pages.submit('/account/data/close', '/account/data/close', {});
    const page = await owner.pages.get(asked.location);
    expect(page.text).toContain('Until then you can change your mind here.');
    const kept = await owner.pages.post('/account/data/keep', { csrf: page.field('csrf') });
    expect((await owner.pages.get(kept.location)).text).toContain('Your account stays open.');
    await owner.pages.submit('/account/data/close', '/account/data/close', {});
    // Until then every page says until when, and how to keep it.
    for (const at of ['/account', '/account/security', '/account/activity', '/account/settings', '/device']) {
      const { text } = await owner.pages.get(at);
      expect([at, text]).toEqual([
        at,
        expect.stringMatching(/Your account closes on .*Keep my account<\/a>/),
      ]);
    }
    expect(await device.isActive(tokens.access_token)).toBe(true);
    await new StoredState(installation.stores).reachClosing(owner.browser.accountId);
    const [emails, apps] = [{ add: async () => undefined }, { tellOf: async () => undefined }];
    await new ClosingSweep(installation.stores.closings, emails, apps).sweep();
    expect(await device.isActive(tokens.access_token)).toBe(false);
    expect(await owner.isSignedIn()).toBe(false);
    expect((await device.refresh(tokens.refresh_token)).body['error']).toBe('invalid_grant');
  });
});
