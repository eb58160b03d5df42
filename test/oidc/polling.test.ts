import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { DeviceClient } from '../support/device-client.ts';
import { approvedCode, codesOf, type DeviceCodes, errorOf, tokensOf } from '../support/linked-device.ts';
import { StoredState } from '../support/stored-state.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let one: TestProtocol;
let other: TestProtocol;
let browser: Session;
let device: DeviceClient;
let elsewhere: DeviceClient;
let state: StoredState;

beforeAll(async () => {
  one = await testProtocol();
  other = await testProtocol({ prefix: one.stores.prefix, environment: { ISSUER: one.issuer } });
  ({ browser } = await signedInOwner(one.stores));
  device = new DeviceClient(one.issuer);
  elsewhere = new DeviceClient(other.address);
  state = new StoredState(one.stores);
});
afterAll(() => Promise.all([one.close(), other.close()]));

const PENDING = 'authorization_pending';

/** A code whose first poll has been answered. */
async function polledCode(): Promise<DeviceCodes> {
  const codes = codesOf(await device.authorize());
  expect(errorOf(await device.poll(codes.deviceCode))).toBe(PENDING);
  return codes;
}

/** Polls after this time, and says what came. */
async function pollAfter(deviceCode: string, milliseconds: number, client = device): Promise<unknown> {
  await state.passSincePoll(deviceCode, milliseconds);
  return errorOf(await client.poll(deviceCode));
}

describe('poll pacing', () => {
  it('takes the first poll at once', async () => {
    await polledCode();
  });

  it('does not punish exactly 5 seconds, again and again', async () => {
    const { deviceCode } = await polledCode();
    for (let round = 0; round < 5; round += 1) expect(await pollAfter(deviceCode, 5_000)).toBe(PENDING);
    expect(await state.interval(deviceCode)).toBe(5_000);
  });

  it('forgives half a second of jitter, and no more', async () => {
    const { deviceCode } = await polledCode();
    expect(await pollAfter(deviceCode, 4_500)).toBe(PENDING);
    expect(await pollAfter(deviceCode, 3_500)).toBe('slow_down');
  });

  it('adds 5 seconds for each poll before the base interval, up to a minute', async () => {
    const { deviceCode } = await polledCode();
    for (let round = 1; round <= 14; round += 1) {
      expect(errorOf(await device.poll(deviceCode))).toBe('slow_down');
      expect(await state.interval(deviceCode)).toBe(Math.min(5_000 + round * 5_000, 60_000));
    }
  });

  it('lets a device that obeys recover', async () => {
    const { deviceCode } = await polledCode();
    expect(errorOf(await device.poll(deviceCode))).toBe('slow_down');
    for (let round = 0; round < 4; round += 1) expect(await pollAfter(deviceCode, 10_000)).toBe(PENDING);
    expect(await state.interval(deviceCode)).toBe(10_000);
  });

  it('lets a device of fixed cadence recover: early by the enlargement alone adds nothing', async () => {
    const { deviceCode } = await polledCode();
    expect(errorOf(await device.poll(deviceCode))).toBe('slow_down');
    const heard: unknown[] = [];
    for (let round = 0; round < 6; round += 1) heard.push(await pollAfter(deviceCode, 5_000));
    expect(heard).toEqual(['slow_down', PENDING, 'slow_down', PENDING, 'slow_down', PENDING]);
    expect(await state.interval(deviceCode)).toBe(10_000);
  });

  it('does not move the time of the last accepted poll by an early one', async () => {
    const { deviceCode } = await polledCode();
    expect(await pollAfter(deviceCode, 3_000)).toBe('slow_down');
    expect(await pollAfter(deviceCode, 7_000)).toBe(PENDING);
  });

  it('holds across two servers', async () => {
    const { deviceCode } = await polledCode();
    expect(errorOf(await elsewhere.poll(deviceCode))).toBe('slow_down');
    expect(await pollAfter(deviceCode, 9_000, elsewhere)).toBe('slow_down');
    expect(await pollAfter(deviceCode, 1_000, elsewhere)).toBe(PENDING);
    expect(errorOf(await device.poll(deviceCode))).toBe('slow_down');
  });

  it('is kept by the code’s own client alone', async () => {
    const { deviceCode } = codesOf(await device.authorize());
    const stranger = new DeviceClient(one.issuer, 'speaker');
    for (let round = 0; round < 3; round += 1)
      expect(errorOf(await stranger.poll(deviceCode))).toBe('invalid_grant');
    expect(errorOf(await device.poll(deviceCode))).toBe(PENDING);
    expect(await state.interval(deviceCode)).toBe(5_000);
  });

  it('never holds back that the owner has approved, denied, or not come in time', async () => {
    const [approved, denied, expired] = [await polledCode(), await polledCode(), await polledCode()];
    for (const { deviceCode } of [approved, denied, expired]) {
      expect(errorOf(await device.poll(deviceCode))).toBe('slow_down');
    }
    await one.linking.approve(approved.userCode, browser);
    await one.linking.deny(denied.userCode);
    await state.expireCode(expired.deviceCode);
    expect((await device.poll(approved.deviceCode)).status).toBe(200);
    expect(errorOf(await device.poll(denied.deviceCode))).toBe('access_denied');
    expect(errorOf(await device.poll(expired.deviceCode))).toBe('expired_token');
  });
});

describe('redemption', () => {
  it('gives 64 polls at once one answer with tokens, and those live', async () => {
    for (let round = 0; round < 30; round += 1) {
      const { deviceCode } = await approvedCode(one, browser);
      const polls = Array.from({ length: 64 }, (_, index) =>
        (index % 2 ? device : elsewhere).poll(deviceCode),
      );
      const answers = await Promise.all(polls);
      const [winner, ...more] = answers.filter(({ status }) => status === 200);
      expect(more).toEqual([]);
      if (!winner) throw new Error('no device got tokens');
      const losers = answers.filter(({ status }) => status !== 200);
      expect(new Set(losers.map((answer) => `${answer.status} ${String(errorOf(answer))}`))).toEqual(
        new Set(['400 invalid_grant']),
      );
      expect(await elsewhere.isActive(tokensOf(winner).access_token)).toBe(true);
      expect((await device.refresh(tokensOf(winner).refresh_token)).status).toBe(200);
    }
  });

  it('answers a second redemption with invalid_grant and changes nothing', async () => {
    const { deviceCode } = await approvedCode(one, browser);
    const tokens = tokensOf(await device.poll(deviceCode));
    for (const client of [device, elsewhere, device]) {
      expect(errorOf(await client.poll(deviceCode))).toBe('invalid_grant');
    }
    expect(await device.isActive(tokens.access_token)).toBe(true);
    expect((await device.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('gives no token for a code that was denied before a stale tab approved, in every order', async () => {
    for (let round = 0; round < 12; round += 1) {
      const { deviceCode, userCode } = codesOf(await device.authorize());
      const [denied, approved] = await Promise.all([
        one.linking.deny(userCode),
        (round % 2 ? one : other).linking.approve(userCode, browser),
      ]);
      expect([denied, approved].filter((outcome) => outcome === 'gone')).toHaveLength(1);
      const answer = await device.poll(deviceCode);
      expect(answer.status).toBe(denied === 'denied' ? 400 : 200);
      if (denied === 'denied') expect(errorOf(answer)).toBe('access_denied');
      expect(await one.linking.approve(userCode, browser)).toBe('gone');
    }
  });
});
