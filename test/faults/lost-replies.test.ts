import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation } from '../support/installation.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import { startStandaloneRedis } from '../support/redis-standalone.ts';
import { type ReplyDroppingProxy, startReplyDroppingProxy } from '../support/reply-dropping-proxy.ts';

/** Each of these is lost when it is first answered; a command that comes again by its text is the same one. */
function ofARequest([command = '', _script, ...rest]: readonly string[]): string | undefined {
  if (command.startsWith('eval')) return rest.join(' ');
  return /^(get|set|hmget|exists|unlink)$/i.test(command) ? [command, _script, ...rest].join(' ') : undefined;
}

describe('a server whose every command to Redis loses its first reply', () => {
  let installation: Installation;
  let proxy: ReplyDroppingProxy;
  beforeAll(async () => {
    const redis = await startStandaloneRedis();
    proxy = await startReplyDroppingProxy(redis, ofARequest);
    const serverRedisUrl = proxy.url.replace('redis://', 'redis://latchkey:any@');
    installation = await Installation.start({ redis, serverRedisUrl });
  });
  afterAll(async () => {
    await installation?.stop();
    await proxy?.close();
  });

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
});
