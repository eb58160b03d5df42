import type { AccountId } from '../accounts/account.ts';
import type { GrantId } from '../devices/grant-id.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { VoiceCodeLimits } from '../limits/voice-code-limits.ts';
import type { Standing } from '../mfa/factor.ts';
import type {
  Purchase,
  PurchaseLimits,
  PurchaseOutcome,
  PurchaseRules,
  PurchaseState,
  VoicePurchaseStore,
} from '../voice-code/voice-purchase-store.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';
import { macsOfVoiceCode } from './voice-codes.ts';

/**
 * Two hashes in the account's slot: the limits with the sums of the day, which a script has to read, and the purchases
 * of two days. What a device calls a purchase is kept as an HMAC, with the device: two that count from one up do not meet.
 */
export class RedisVoicePurchases implements VoicePurchaseStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async state(accountId: AccountId): Promise<PurchaseState | undefined> {
    const { scripts, keyspace } = this.#context;
    const [currency, most, free, day, bought, bare] = await scripts.plain('reading voice limits', (redis) =>
      redis.hmget(keyspace.of(accountId).voiceLimits, 'currency', 'most', 'free', 'day', 'bought', 'bare'),
    );
    if (!currency) return undefined;
    const sums = { day: day ? Number(day) : undefined, bought: Number(bought ?? 0), bare: Number(bare ?? 0) };
    return { currency, most: Number(most), free: Number(free), ...sums };
  }

  async setLimits(
    { accountId, epoch }: Standing,
    limits: PurchaseLimits,
    event: ActivityEvent,
  ): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const { currency, most, free } = limits;
    const args = [epoch, currency, most, free, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('setVoiceLimits', keyspace.of(accountId), args)) === 1;
  }

  async buy(
    { accountId, epoch, name }: GrantId,
    { amount, currency, key, code }: Purchase,
    { device, account, window, wrong }: VoiceCodeLimits,
    { ahead, mostKept, keptFor }: PurchaseRules,
    onLock: ActivityEvent,
  ): Promise<PurchaseOutcome> {
    const { scripts, keyspace, keyring } = this.#context;
    const macs = code === undefined ? '' : listOf(macsOfVoiceCode(keyring, accountId, code));
    const names = listOf(keyring.macs('voice-purchase', `${accountId}:${name}:${key}`));
    const told = await this.#activity.prepare(accountId, onLock);
    const tries = [device, account, window, wrong, told];
    const args = [epoch, name, macs, ...tries, amount, currency, names, ahead, mostKept, keptFor];
    const reply = await scripts.change('buyByVoice', keyspace.of(accountId), args);
    if (typeof reply === 'number') return { outcome: 'wait', milliseconds: reply };
    return { outcome: reply as Exclude<PurchaseOutcome['outcome'], 'wait'> };
  }
}

const listOf = (names: readonly string[]) => `,${names.join(',')},`;
