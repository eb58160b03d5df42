/** The owner at the pages, and the device at its endpoint, while memory is full: what takes something away goes on. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { LinkKeyOwner } from '../support/link-key-owner.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { newBrowser } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import { approve } from '../web/waiting-world.ts';

type Owner = Awaited<ReturnType<WholeServer['owner']>>;

describe('while the memory of Redis is full', () => {
  let redis: TestRedis;
  let server: WholeServer;
  let operator: Redis;
  let device: DeviceClient;
  beforeAll(async () => {
    redis = await startStandaloneRedis();
    server = await startWholeServer({ REDIS_URL: redis.url });
    operator = server.stores.connection.redis as Redis;
    device = new DeviceClient(server.issuer, 'tv');
  });
  afterAll(async () => {
    await server.close();
    await redis.stop();
  });

  const whileFull = async <T>(act: () => Promise<T>): Promise<T> => {
    await operator.config('SET', 'maxmemory', '1');
    try {
      return await act();
    } finally {
      await operator.config('SET', 'maxmemory', '0');
    }
  };
  /** Form tokens are of the browser, whatever page shows them. */
  const posts = (owner: PageClient, path: string, fields: Record<string, string> = {}) =>
    whileFull(async () => {
      const csrf = (await owner.get('/account')).field('csrf');
      return (await owner.postAlone(path, { csrf, ...fields })).status;
    });
  const linked = async (owner: Owner) => {
    const { deviceCode } = await approve(owner);
    const tokens = tokensOf(await device.poll(deviceCode));
    const [row] = await server.stores.linkedDevices.list(owner.browser);
    return { ...tokens, id: row?.id ?? '' };
  };
  const isDead = async (tokens: { access_token: string; refresh_token: string }) => {
    expect(errorOf(await device.refresh(tokens.refresh_token))).toBe('invalid_grant');
    expect(await device.isActive(tokens.access_token)).toBe(false);
  };
  const another = async ({ browser }: Owner) => {
    const other = newBrowser(browser.accountId, 1);
    await server.stores.browsers.insert(other, { idle: 3_600_000, absolute: 86_400_000 });
    return other;
  };

  it('an owner removes a device', async () => {
    const owner = await server.owner();
    const tokens = await linked(owner);
    expect(await posts(owner, `/account/devices/${tokens.id}/remove`)).toBe(303);
    await isDead(tokens);
  });

  it('a device takes itself off', async () => {
    const tokens = await linked(await server.owner());
    expect((await whileFull(() => device.revoke(tokens.refresh_token))).status).toBe(200);
    await isDead(tokens);
  });

  it('an owner does not link what waits after all', async () => {
    const owner = await server.owner();
    const { at, deviceCode } = await approve(owner);
    const ticket = new URL(at, 'https://x').searchParams.get('device') ?? '';
    expect(await posts(owner, '/device/waiting/remove', { ticket })).toBe(303);
    expect(errorOf(await device.poll(deviceCode))).toBe('access_denied');
  });

  it('an owner refuses a code', async () => {
    const owner = await server.owner();
    const { deviceCode, userCode } = codesOf(await device.authorize());
    const page = await owner.submit('/device', '/device', { user_code: userCode });
    const fields = { ticket: page.field('ticket'), decision: 'deny' };
    expect(await posts(owner, '/device/confirm', fields)).toBe(303);
    expect(errorOf(await device.poll(deviceCode))).toBe('access_denied');
  });

  it('an owner ends a key', async () => {
    const owner = await server.owner();
    const keys = LinkKeyOwner.as(server.stores, owner.browser);
    await keys.makes();
    const [key] = await keys.list();
    expect(await posts(owner, `/account/keys/${key?.id}/end`)).toBe(303);
    expect(await keys.list()).toEqual([]);
  });

  it('an owner signs another browser out, and all others', async () => {
    const owner = await server.owner();
    const [one, two] = [await another(owner), await another(owner)];
    const id = one.uid.slice(one.uid.indexOf('.') + 1);
    expect(await posts(owner, `/account/browsers/${id}/end`)).toBe(303);
    expect(await server.stores.browsers.resumeByUid(one.uid)).toBeUndefined();
    expect(await posts(owner, '/account/browsers/others/end')).toBe(303);
    expect(await server.stores.browsers.resumeByUid(two.uid)).toBeUndefined();
  });

  it('an owner signs out', async () => {
    const owner = await server.owner();
    expect(await posts(owner, '/sign-out')).toBe(303);
    expect(await server.stores.browsers.resumeByUid(owner.browser.uid)).toBeUndefined();
  });

  it('an owner says that a link was not them', async () => {
    const { email, pages } = await server.signUp(server.visitor('127.0.0.1'));
    const { deviceCode } = await approve(pages);
    const tokens = tokensOf(await device.poll(deviceCode));
    const link = await eventually(
      'an alert',
      () => /\/not-me\/\S+/.exec(server.mails.findLast(({ to }) => to === email)?.text ?? '')?.[0],
    );
    const visitor = server.visitor();
    const said = await whileFull(() => visitor.submit(link, link, {}));
    expect(said.status).toBe(200);
    await isDead(tokens);
  });

  it('an owner signs everything out, and is told of it by mail when there is room', async () => {
    const { email, pages } = await server.signUp();
    expect(await posts(pages, '/account/security/compromised')).toBe(303);
    const newest = () => server.mails.findLast(({ to }) => to === email)?.text ?? '';
    await eventually('the alert', () => newest().includes('Signed out of everything'));
  });

  it.each(['', 'yes'])('an owner signs everything out, keep this browser: “%s”', async (keep) => {
    const owner = await server.owner();
    const [tokens, other] = [await linked(owner), await another(owner)];
    expect(await posts(owner, '/account/security/compromised', { keep })).toBe(303);
    await isDead(tokens);
    for (const { uid } of [owner.browser, other])
      expect(await server.stores.browsers.resumeByUid(uid)).toBeUndefined();
    // No cookie can be kept for this browser meanwhile: it ends with the rest, and the owner is told so.
    expect((await owner.get('/account')).status).toBe(303);
    const [event] = await server.stores.activity.list(owner.browser.accountId, { most: 1 });
    expect(event?.event).toMatchObject({ kind: 'signed-out-everything', details: { kept: false } });
  });
});
