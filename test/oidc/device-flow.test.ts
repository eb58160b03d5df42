import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { WaitingLinks } from '../../src/devices/waiting-links.ts';
import { type Answer, DeviceClient, type Tokens } from '../support/device-client.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const tokensOf = ({ body }: Answer) => body as unknown as Tokens;

describe.each([
  { store: 'a standalone Redis', cluster: false },
  { store: 'a Redis Cluster of three masters', cluster: true },
])('a device on $store', ({ cluster }) => {
  let protocol: TestProtocol;
  let browser: Session;
  let device: DeviceClient;

  beforeAll(async () => {
    protocol = await testProtocol({ cluster });
    ({ browser } = await signedInOwner(protocol.stores));
    device = new DeviceClient(protocol.issuer);
  });
  afterAll(() => protocol.close());

  async function start(
    fields: Record<string, string> = {},
  ): Promise<{ deviceCode: string; userCode: string }> {
    const { status, body } = await device.authorize(fields);
    expect(status).toBe(200);
    return { deviceCode: String(body['device_code']), userCode: String(body['user_code']).replace('-', '') };
  }

  async function link(by = browser): Promise<Tokens> {
    const { deviceCode, userCode } = await start();
    expect(await protocol.linking.approve(userCode, by)).toBe('approved');
    const answer = await device.poll(deviceCode);
    expect(answer.status).toBe(200);
    return tokensOf(answer);
  }

  it('gets tokens after its owner has confirmed, and keeps refreshing', async () => {
    const { deviceCode, userCode } = await start({ device_name: 'Living room' });
    expect((await device.poll(deviceCode)).body['error']).toBe('authorization_pending');
    expect((await protocol.linking.find(userCode))?.device.name).toBe('Living room');
    expect(await protocol.linking.approve(userCode, browser)).toBe('approved');
    let tokens = tokensOf(await device.poll(deviceCode));
    const { body } = await device.userinfo(tokens.access_token);
    expect(body).toMatchObject({ sub: browser.accountId, name: 'Ada', email_verified: true });
    for (let round = 0; round < 3; round += 1) {
      expect(await device.isActive(tokens.access_token)).toBe(true);
      tokens = tokensOf(await device.refresh(tokens.refresh_token));
    }
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('refreshes again and again when every answer is lost, more often than successors may stand', async () => {
    const { refresh_token: first } = await link();
    const answers: Tokens[] = [];
    for (let lost = 0; lost < 20; lost += 1) answers.push(tokensOf(await device.refresh(first)));
    const distinct = new Set(answers.map((tokens) => tokens.refresh_token));
    expect(distinct.size).toBe(8);
    const last = answers.at(-1)?.refresh_token ?? '';
    expect((await device.refresh(last)).status).toBe(200);
  });

  it.each(['refresh token', 'access token'])(
    'of 64 refreshes at once whichever answer is used first, by its %s, works, and then one chain lives',
    async (usedBy) => {
      for (const pick of [0, 5, 40, 63]) {
        const { refresh_token: parent } = await link();
        const answers = await Promise.all(Array.from({ length: 64 }, () => device.refresh(parent)));
        expect(answers.map(({ status }) => status)).toEqual(Array(64).fill(200));
        const used = tokensOf(answers[pick] as Answer);
        if (usedBy === 'access token') expect(await device.isActive(used.access_token)).toBe(true);
        const next = tokensOf(await device.refresh(used.refresh_token));
        expect(await device.isActive(next.access_token)).toBe(true);
        const losers = answers.map(tokensOf).filter((tokens) => tokens.refresh_token !== used.refresh_token);
        const alive = await Promise.all(losers.map((tokens) => device.isActive(tokens.access_token)));
        expect(alive).not.toContain(true);
        expect((await device.refresh(next.refresh_token)).status).toBe(200);
      }
    },
  );

  it('replay of a loser ends that device alone', async () => {
    const [one, other] = [await link(), await link()];
    const loser = tokensOf(await device.refresh(one.refresh_token));
    const winner = tokensOf(await device.refresh(one.refresh_token));
    const grown = tokensOf(await device.refresh(winner.refresh_token));
    expect((await device.refresh(loser.refresh_token)).body['error']).toBe('invalid_grant');
    expect(await device.isActive(grown.access_token)).toBe(false);
    expect((await device.refresh(grown.refresh_token)).body['error']).toBe('invalid_grant');
    expect(await device.isActive(other.access_token)).toBe(true);
    expect((await device.refresh(other.refresh_token)).status).toBe(200);
  });

  it('takes itself off by revoking its refresh token, without touching its sibling', async () => {
    const [one, other] = [await link(), await link()];
    expect((await device.revoke(one.refresh_token)).status).toBe(200);
    expect(await device.isActive(one.access_token)).toBe(false);
    expect((await device.refresh(one.refresh_token)).body['error']).toBe('invalid_grant');
    expect((await device.refresh(other.refresh_token)).status).toBe(200);
  });

  it('keeps its key when only an access token is revoked', async () => {
    const tokens = await link();
    expect((await device.revoke(tokens.access_token)).status).toBe(200);
    expect(await device.isActive(tokens.access_token)).toBe(false);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('is denied, whatever order a stale approval comes in', async () => {
    const { deviceCode, userCode } = await start();
    const decisions = await Promise.all([
      protocol.linking.deny(userCode),
      protocol.linking.approve(userCode, browser),
      protocol.linking.deny(userCode),
    ]);
    expect(decisions.filter((decision) => decision !== 'gone')).toHaveLength(1);
    const { body } = await device.poll(deviceCode);
    expect(decisions.includes('approved') ? body['access_token'] : body['error']).toBeTruthy();
    expect(await protocol.linking.approve(userCode, browser)).toBe('gone');
    expect(await protocol.linking.deny(userCode)).toBe('gone');
  });

  it('is taken back while it comes for its tokens: it has none, or none that works, and no row is left, 20 times', async () => {
    const { waitingLinks, grants, deviceCodes, linkedDevices } = protocol.stores;
    const links = new WaitingLinks(waitingLinks, grants, deviceCodes);
    const heard = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const owner = await signedInOwner(protocol.stores);
        const { deviceCode, userCode } = await start();
        await protocol.linking.approve(userCode, owner.browser);
        const [link] = await links.list(owner.browser);
        if (!link) throw new Error('nothing waits');
        const removing = links.remove(owner.browser, link, { address: '192.0.2.1', userAgent: 'test' });
        const [{ body }] = await Promise.all([device.poll(deviceCode), removing]);
        const { access_token: token, refresh_token: refresh, error } = body;
        if (error === undefined) {
          expect(await device.isActive(String(token))).toBe(false);
          expect((await device.refresh(String(refresh))).body['error']).toBe('invalid_grant');
        }
        expect(await linkedDevices.list(owner.browser)).toEqual([]);
        expect(await links.list(owner.browser)).toEqual([]);
        return error ?? 'tokens';
      }),
    );
    for (const answer of heard) expect(['tokens', 'access_denied', 'invalid_grant']).toContain(answer);
  });

  it('is dead with everything else once its owner has signed out of everything', async () => {
    const owner = await signedInOwner(protocol.stores);
    const [linked, approved, pending] = [await link(owner.browser), await start(), await start()];
    await protocol.linking.approve(approved.userCode, owner.browser);
    expect(await protocol.stores.accounts.signOutEverything(owner.accountId)).toEqual({
      epoch: 2,
      grants: 2,
      browsers: 1,
    });
    expect(await device.isActive(linked.access_token)).toBe(false);
    expect((await device.refresh(linked.refresh_token)).body['error']).toBe('invalid_grant');
    expect((await device.poll(approved.deviceCode)).body['error']).toBe('invalid_grant');
    expect(await protocol.linking.approve(pending.userCode, owner.browser)).toBe('signed-out');
    expect((await device.poll(pending.deviceCode)).body['error']).toBe('authorization_pending');
    expect(await protocol.stores.browsers.resume(owner.browser.sessionId)).toBeUndefined();
  });
});
