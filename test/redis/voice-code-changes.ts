import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { type GrantId, parseGrantId } from '../../src/devices/grant-id.ts';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import type { TestStores } from '../support/test-stores.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });
const LIMITS = { device: 4, account: 10, window: 60_000, wrong: 2 };

/** An owner sets a voice code, a device tries it until it is locked, and the owner unlocks and removes it. */
export async function voiceCodeChanges(
  { voiceCodes, voicePurchases }: TestStores,
  grantId: string,
): Promise<void> {
  const device = parseGrantId(grantId);
  if (!device) throw new Error('not the id of a grant');
  const owner = { accountId: device.accountId as AccountId, epoch: device.epoch };
  const says = (code: string) => voiceCodes.try(device, code, LIMITS, event('voice-code-locked'));
  expect(await voiceCodes.set(owner, '4071', event('voice-code-set'))).toBe(true);
  expect(await says('4071')).toEqual({ outcome: 'yes' });
  expect(await says('4072')).toEqual({ outcome: 'no' });
  expect(await voiceCodes.state(owner.accountId)).toMatchObject({ isLocked: false });
  expect(await says('4073')).toEqual({ outcome: 'no' });
  expect(await voiceCodes.state(owner.accountId)).toMatchObject({ isLocked: true });
  // The fourth of four, each counted once whatever became of its reply.
  expect(await says('4071')).toEqual({ outcome: 'no' });
  expect(await says('4071')).toMatchObject({ outcome: 'wait' });
  expect(await voiceCodes.unlock(owner, event('voice-code-unlocked'))).toBe(true);
  expect(await voiceCodes.remove(owner, event('voice-code-removed'))).toBe(true);
  expect(await voiceCodes.state(owner.accountId)).toBeUndefined();
  await purchases(voicePurchases, device, owner);
}

/** Then the owner says how much may be bought, and the device buys. */
async function purchases(
  voicePurchases: TestStores['voicePurchases'],
  device: GrantId,
  owner: { accountId: AccountId; epoch: number },
): Promise<void> {
  const limits = { currency: 'EUR', most: 1000, free: 500 };
  expect(await voicePurchases.setLimits(owner, limits, event('voice-limits-changed'))).toBe(true);
  const wide = { device: 100, account: 100, window: 60_000, wrong: 9 };
  const rules = { ahead: 3_600_000, mostKept: 9, keptFor: 600_000 };
  const buy = async (amount: number, code?: string) => {
    const purchase = { amount, currency: 'EUR', key: `of ${amount}`, code };
    return (await voicePurchases.buy(device, purchase, wide, rules, event('voice-code-locked'))).outcome;
  };
  expect([await buy(300), await buy(300), await buy(501)]).toEqual(['bought', 'bought', 'code']);
  expect([await buy(502, '4071'), await buy(2000)]).toEqual(['wrong', 'day']);
  expect(await voicePurchases.state(owner.accountId)).toMatchObject({ ...limits, bought: 300, bare: 300 });
}
