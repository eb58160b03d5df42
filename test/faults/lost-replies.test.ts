import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allScripts } from '../../src/redis/script-texts.ts';
import type { DeviceClient } from '../support/device-client.ts';
import { Installation } from '../support/installation.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import type { OwnerBrowser } from '../support/owner-browser.ts';
import { startStandaloneRedis, type TestRedis } from '../support/redis-standalone.ts';
import { startReplyDroppingCluster } from '../support/reply-dropping-cluster.ts';
import { type ReplyDroppingProxy, startReplyDroppingProxy } from '../support/reply-dropping-proxy.ts';

/**
 * What mails owners runs beside the requests, on the same connection. Each loss breaks the connection for all that wait
 * on it, so that a request would lose its later tries to what it did not ask for.
 */
const MAILING = [
  'takeTurn',
  'keepTurn',
  'endTurn',
  'failTurn',
  'oweMail',
  'beginMail',
  'mailedUpTo',
  'markDelivered',
  'settlePending',
] as const;
const ALL = allScripts();
const OF_MAILING: ReadonlySet<string> = new Set(
  MAILING.flatMap((name) => [ALL[name].digest, ALL[name].text]),
);

/** Each of these is lost when it is first answered; a command that comes again by its text is the same one. */
function ofARequest([command = '', script = '', ...rest]: readonly string[]): string | undefined {
  if (OF_MAILING.has(script)) return undefined;
  if (command.startsWith('eval')) return rest.join(' ');
  return /^(get|set|hmget|exists|unlink)$/i.test(command) ? [command, script, ...rest].join(' ') : undefined;
}

/** The store, and what loses replies in front of it. */
type Lossy = () => Promise<{ redis: TestRedis; proxy: ReplyDroppingProxy }>;

async function standalone() {
  const redis = await startStandaloneRedis();
  return { redis, proxy: await startReplyDroppingProxy(redis, ofARequest) };
}

/** Of three masters; all that come for the first one's data come through the proxies, this test's own looks too. */
async function cluster() {
  const proxy = await startReplyDroppingCluster(ofARequest);
  const [first] = proxy.cluster.nodes;
  if (!first) throw new Error('a cluster has masters');
  return { redis: { ...first, url: proxy.url, applicationUrl: proxy.url, stop: proxy.close }, proxy };
}

describe.each<[string, Lossy]>([
  ['a Redis', standalone],
  ['a Redis Cluster', cluster],
])('a server whose every command to %s loses its first reply', (_kind, open) => {
  let installation: Installation;
  let proxy: ReplyDroppingProxy;
  beforeAll(async () => {
    const lossy = await open();
    proxy = lossy.proxy;
    const serverRedisUrl = proxy.url.replace('://', '://latchkey:any@');
    installation = await Installation.start({ redis: lossy.redis, serverRedisUrl });
  });
  afterAll(async () => {
    await installation?.stop();
    await proxy?.close();
  });

  async function link(owner: OwnerBrowser, device: DeviceClient) {
    const codes = codesOf(await device.authorize());
    expect(await owner.decide(codes.userCode, 'approve')).toBe('linked');
    return tokensOf(await device.poll(codes.deviceCode));
  }

  it('links, refreshes and takes off devices, and signs no honest device out', async () => {
    const owner = await installation.owner();
    const device = installation.device();
    const before = proxy.dropped;
    const codes = codesOf(await device.authorize());
    expect(errorOf(await device.poll(codes.deviceCode))).toBe('authorization_pending');
    expect(await owner.decide(codes.userCode, 'approve')).toBe('linked');
    let tokens = tokensOf(await device.poll(codes.deviceCode));
    expect(errorOf(await device.poll(codes.deviceCode))).toBe('invalid_grant');
    for (let count = 0; count < 12; count += 1) {
      expect(await device.isActive(tokens.access_token)).toBe(true);
      const answer = await device.refresh(tokens.refresh_token);
      expect({ count, status: answer.status }).toEqual({ count, status: 200 });
      tokens = tokensOf(answer);
    }
    expect((await device.userinfo(tokens.access_token)).status).toBe(200);
    expect((await device.revoke(tokens.refresh_token)).status).toBe(200);
    expect(errorOf(await device.refresh(tokens.refresh_token))).toBe('invalid_grant');
    expect(proxy.dropped - before).toBeGreaterThan(60);
  });

  it('lets one of many polls at once redeem a code, and that one for good', async () => {
    const owner = await installation.owner();
    const device = installation.device();
    const { deviceCode, userCode } = codesOf(await device.authorize());
    await owner.decide(userCode, 'approve');
    const answers = await Promise.all(Array.from({ length: 16 }, () => device.poll(deviceCode)));
    const [winner, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    expect(winner).toBeDefined();
    const tokens = tokensOf(winner as NonNullable<typeof winner>);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('deregisters one device and no other, and signs out of everything, each once', async () => {
    const [owner, device] = [await installation.owner(), installation.device()];
    const both = [await link(owner, device), await link(owner, device)];
    const list = await owner.pages.get('/account/devices');
    const ids = [...list.text.matchAll(/\/account\/devices\/([\w-]{22})"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(2);
    const at = `/account/devices/${ids[0]}/remove`;
    expect((await owner.pages.submit(at, at, {})).status).toBe(303);
    const active = () => Promise.all(both.map((tokens) => device.isActive(tokens.access_token)));
    expect((await active()).sort()).toEqual([false, true]);
    const everything = '/account/security/compromised';
    const answer = await owner.pages.submit(everything, everything, { keep: 'yes' });
    expect((await owner.pages.get(answer.location)).text).toContain('One device');
    expect(await active()).toEqual([false, false]);
    for (const tokens of both)
      expect(errorOf(await device.refresh(tokens.refresh_token))).toBe('invalid_grant');
    const events = await installation.stores.activity.list(owner.browser.accountId, { most: 20 });
    expect(events.map(({ event }) => event.kind)).toEqual([
      'signed-out-everything',
      'device-deregistered',
      'device-linked',
      'device-linked',
    ]);
    expect(await owner.isSignedIn()).toBe(true);
  });
});
