import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errors } from 'oidc-provider';
import type { Session } from '../../src/accounts/session.ts';
import { formatGrantId } from '../../src/devices/grant-id.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, randomId, signedInOwner } from '../support/test-stores.ts';

/** The adapter as the library sees it: through its own models, with the races that they allow. */
let protocol: TestProtocol;
let device: DeviceClient;
let browser: Session;

beforeAll(async () => {
  protocol = await testProtocol();
  device = new DeviceClient(protocol.issuer);
  ({ browser } = await signedInOwner(protocol.stores));
});
afterAll(() => protocol.close());

const pendingCode = async () => codesOf(await device.authorize());

async function signedInDevice(): Promise<Tokens> {
  const { deviceCode, userCode } = await pendingCode();
  await protocol.linking.approve(userCode, browser);
  return (await device.poll(deviceCode)).body as unknown as Tokens;
}

/** Each of so many holds the record as it was before any of them acts. */
async function held<T>(count: number, find: () => Promise<T | undefined>): Promise<T[]> {
  const found = await Promise.all(Array.from({ length: count }, find));
  return found.map((record) => {
    if (!record) throw new Error('not found');
    return record;
  });
}

const outcomes = async (attempts: Promise<unknown>[]) =>
  (await Promise.allSettled(attempts)).map((settled) =>
    settled.status === 'fulfilled' ? 'done' : (settled.reason as Error).constructor.name,
  );

describe('Session', () => {
  it('carries what the library keeps of a signed-in browser', async () => {
    const { browser } = await signedInOwner(protocol.stores);
    const session = await protocol.provider.Session.find(browser.sessionId);
    expect(session).toMatchObject({
      accountId: browser.accountId,
      uid: browser.uid,
      loginTs: browser.authTime,
    });
    session?.sidFor('tv', 'a sid');
    await session?.save(3600);
    const again = await protocol.provider.Session.findByUid(browser.uid);
    expect(again?.sidFor('tv')).toBe('a sid');
  });

  it('a save that was under way brings nothing back after sign-out, not under a new id either', async () => {
    const { browser } = await signedInOwner(protocol.stores);
    const [late, renamed] = await held(2, () => protocol.provider.Session.find(browser.sessionId));
    await protocol.stores.browsers.end(browser.sessionId);
    renamed?.resetIdentifier();
    await Promise.all([late?.save(3600), renamed?.save(3600)]);
    expect(await protocol.provider.Session.find(browser.sessionId)).toBeUndefined();
    expect(await protocol.provider.Session.find(renamed?.jti ?? '')).toBeUndefined();
    expect(await protocol.provider.Session.findByUid(browser.uid)).toBeUndefined();
  });

  it('a save after a sign-out of everything brings nothing back', async () => {
    const { accountId, browser } = await signedInOwner(protocol.stores);
    const session = await protocol.provider.Session.find(browser.sessionId);
    await protocol.stores.accounts.signOutEverything(accountId);
    session?.resetIdentifier();
    await session?.save(3600);
    expect(await protocol.provider.Session.find(session?.jti ?? '')).toBeUndefined();
    expect(await protocol.provider.Session.findByUid(browser.uid)).toBeUndefined();
  });

  it('signs no browser in: a session of the library with an account is not stored', async () => {
    const { accountId } = await signedInOwner(protocol.stores);
    const { sessionId, uid } = newBrowser(accountId, 1);
    const made = Object.assign(new protocol.provider.Session(), { jti: sessionId, uid, accountId });
    await made.save(3600);
    expect(await protocol.provider.Session.find(made.jti)).toBeUndefined();
    expect(await protocol.provider.Session.findByUid(uid)).toBeUndefined();
  });

  it('keeps a visitor who has not signed in, where there is something to keep', async () => {
    const visitor = new protocol.provider.Session();
    await visitor.save(3600);
    expect(await protocol.provider.Session.find(visitor.jti)).toBeUndefined();
    await Object.assign(visitor, { state: {} }).save(3600);
    expect(await protocol.provider.Session.find(visitor.jti)).toMatchObject({ uid: visitor.uid });
    expect(await protocol.provider.Session.findByUid(visitor.uid)).toMatchObject({ jti: visitor.jti });
    await visitor.destroy();
    expect(await protocol.provider.Session.find(visitor.jti)).toBeUndefined();
  });

  it('that gets a new id within a request stays signed in under that one alone', async () => {
    const { browser } = await signedInOwner(protocol.stores);
    const { provider } = protocol;
    const find = provider.Client.find;
    let renamed = '';
    provider.Client.find = async (id) => {
      const session = (provider.constructor as unknown as { ctx: { oidc: { session: object } } }).ctx.oidc
        .session;
      const { resetIdentifier } = session as { resetIdentifier(): void };
      resetIdentifier.call(session);
      renamed = (session as { jti: string }).jti;
      return find.call(provider.Client, id);
    };
    const cookie = `latchkey_session=${browser.sessionId}`;
    await request(`${protocol.issuer}/auth?client_id=tv`, { headers: { cookie }, redirect: 'manual' });
    provider.Client.find = find;
    expect(renamed).not.toBe('');
    expect(await provider.Session.find(renamed)).toMatchObject({ uid: browser.uid });
    expect(await provider.Session.find(browser.sessionId)).toBeUndefined();
  });
});

describe('DeviceCode', () => {
  type Code = InstanceType<TestProtocol['provider']['DeviceCode']>;
  const saved = (code: Code, decision: object) => Object.assign(code, decision).save();
  const APPROVAL = { accountId: 'any', grantId: 'any', scope: 'openid' };
  const DENIAL = { error: 'access_denied' };
  const approve = (userCode: string) => protocol.linking.approve(userCode, browser);
  const deny = (userCode: string) => protocol.linking.deny(userCode);

  it.each([
    ['approve, approve', approve, approve, APPROVAL],
    ['approve, deny', approve, deny, DENIAL],
    ['deny, approve', deny, approve, APPROVAL],
    ['deny, deny', deny, deny, DENIAL],
  ])('%s by two tabs: the first decides, the stale one changes nothing', async (...tabs) => {
    const [, first, second, stale] = tabs;
    const { deviceCode, userCode } = await pendingCode();
    const [kept] = await held(1, () => protocol.provider.DeviceCode.find(deviceCode));
    if (!kept) throw new Error('not found');
    const decided = await Promise.all([first(userCode), second(userCode)]);
    expect(decided.filter((outcome) => outcome === 'gone')).toHaveLength(1);
    // Nor does the library decide, whatever it saves.
    expect(await outcomes([saved(kept, stale)])).toEqual(['DecisionOfLibrary']);
    const after = await protocol.provider.DeviceCode.find(deviceCode);
    expect({ approved: after?.accountId !== undefined, denied: after?.error !== undefined }).toEqual({
      approved: decided.includes('approved'),
      denied: decided.includes('denied'),
    });
  });

  it('of 64 redemptions of one approved code one is done', async () => {
    const { deviceCode, userCode } = await pendingCode();
    await protocol.linking.approve(userCode, browser);
    const codes = await held(64, () => protocol.provider.DeviceCode.find(deviceCode));
    const done = await outcomes(codes.map((code) => code.consume()));
    expect(done.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(done.filter((outcome) => outcome === 'InvalidGrant')).toHaveLength(63);
    expect(await protocol.provider.DeviceCode.find(deviceCode)).toBeUndefined();
  });

  it('that was redeemed is not decided again, nor deleted by the library', async () => {
    const { deviceCode, userCode } = await pendingCode();
    const [stale] = await held(1, () => protocol.provider.DeviceCode.find(deviceCode));
    await protocol.linking.approve(userCode, browser);
    const tokens = (await device.poll(deviceCode)).body as unknown as Tokens;
    expect(await outcomes(stale ? [saved(stale, DENIAL)] : [])).toEqual(['DecisionOfLibrary']);
    await stale?.destroy();
    expect(await device.isActive(tokens.access_token)).toBe(true);
    expect((await device.poll(deviceCode)).body['error']).toBe('invalid_grant');
  });
});

describe('Grant', () => {
  const grantOf = (accountId: string, epoch: number) => {
    const grant = new protocol.provider.Grant({ accountId, clientId: 'tv' });
    grant.jti = formatGrantId({ accountId, epoch, name: randomId() });
    return grant;
  };

  it('is not saved under an epoch that has passed, and not found under it', async () => {
    const { accountId } = await signedInOwner(protocol.stores);
    const before = grantOf(accountId, 1);
    await before.save();
    await protocol.stores.accounts.signOutEverything(accountId);
    expect(await outcomes([before.save(), grantOf(accountId, 1).save()])).toEqual([
      'StaleEpoch',
      'StaleEpoch',
    ]);
    expect(await protocol.provider.Grant.find(before.jti ?? '')).toBeUndefined();
  });

  it('that was destroyed is not brought back by a late save', async () => {
    const tokens = await signedInDevice();
    const { grantId = '' } = (await protocol.provider.RefreshToken.find(tokens.refresh_token)) ?? {};
    const grant = await protocol.provider.Grant.find(grantId);
    await protocol.stores.grants.end(grantId);
    expect(await outcomes(grant ? [grant.save()] : [])).toEqual(['StaleEpoch']);
    expect(await device.isActive(tokens.access_token)).toBe(false);
  });

  it('with an id of another shape is a record like any other', async () => {
    const grant = new protocol.provider.Grant({ accountId: 'somebody', clientId: 'tv' });
    const id = await grant.save();
    expect(await protocol.provider.Grant.find(id)).toMatchObject({ accountId: 'somebody' });
    await grant.destroy();
    expect(await protocol.provider.Grant.find(id)).toBeUndefined();
  });
});

describe('RefreshToken', () => {
  it('the head of a chain is used by all of 64 at once: its answer may have been lost', async () => {
    const { refresh_token: value } = await signedInDevice();
    const found = await held(64, () => protocol.provider.RefreshToken.find(value));
    expect(new Set(await outcomes(found.map((token) => token.consume())))).toEqual(new Set(['done']));
  });

  it('of its successors used at once one wins; the others are replay and end the grant', async () => {
    const { refresh_token: value } = await signedInDevice();
    const answers = await Promise.all(Array.from({ length: 4 }, () => device.refresh(value)));
    const values = answers.map(({ body }) => String(body['refresh_token']));
    const used = await Promise.all(values.map((token) => device.refresh(token)));
    const refused = used.filter(({ body }) => body['error'] === 'invalid_grant');
    // The one that was first may have its answer or hear that a replay has ended the grant meanwhile.
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(used.filter(({ status }) => status === 200).length + refused.length).toBe(4);
    for (const { body } of used) expect(await device.isActive(String(body['access_token']))).toBe(false);
    expect((await device.refresh(value)).body['error']).toBe('invalid_grant');
  });
});

describe('AuthorizationCode', () => {
  it('of 64 redemptions one is done, and it stays consumed', async () => {
    const client = await protocol.provider.Client.find('tv');
    if (!client) throw new Error('no client');
    const code = new protocol.provider.AuthorizationCode({
      accountId: 'a',
      client,
      scope: 'openid',
      grantId: 'a grant',
      gty: 'authorization_code',
    });
    const value = await code.save();
    const found = await held(64, () => protocol.provider.AuthorizationCode.find(value));
    const done = await outcomes(found.map((one) => one.consume()));
    expect(done.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(done.filter((outcome) => outcome === errors.InvalidGrant.name)).toHaveLength(63);
    expect(await protocol.provider.AuthorizationCode.find(value)).toMatchObject({ consumed: true });
  });
});
