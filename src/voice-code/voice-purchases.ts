import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { readDigits } from '../accounts/typed-code.ts';
import type { GrantId } from '../devices/grant-id.ts';
import type { ActivityEvent, EventPlace } from '../events/event.ts';
import type { VoiceCodeLimits } from '../limits/voice-code-limits.ts';
import type { Standing } from '../mfa/factor.ts';
import { knownZone } from '../words/reader.ts';
import { CURRENCIES, MAX_AMOUNT, readAmount } from './money.ts';
import { aheadOfUtc, dayOf } from './owners-day.ts';
import type {
  Purchase,
  PurchaseLimits,
  PurchaseOutcome,
  VoicePurchaseStore,
} from './voice-purchase-store.ts';

/** Two days: a device that was cut off asks again within minutes, and a day is over by then in every zone. */
const KEPT_FOR = 172_800_000;
/** Of one account; a household buys some ten a day. */
const MAX_KEPT = 500;
const MAX_KEY = 255;

/** The limits as the owner has typed them. */
interface TypedLimits {
  readonly currency: string;
  readonly most: string;
  readonly free: string;
}

export interface LimitErrors {
  readonly currency?: 'missing';
  readonly day_limit?: 'not-an-amount';
  readonly free_limit?: 'not-an-amount' | 'too-much';
}

/** The limits, and what was bought on the owner's day. */
export interface BoughtToday extends PurchaseLimits {
  readonly bought: number;
  readonly bare: number;
}

/** What may be bought by voice, and what is. */
export class VoicePurchases {
  readonly #store: VoicePurchaseStore;
  readonly #accounts: Pick<AccountStore, 'find'>;
  readonly #tries: VoiceCodeLimits;
  readonly #now: () => number;

  /** @param tries of the voice code, which purchases share */
  constructor(
    store: VoicePurchaseStore,
    accounts: Pick<AccountStore, 'find'>,
    tries: VoiceCodeLimits,
    now: () => number = Date.now,
  ) {
    this.#store = store;
    this.#accounts = accounts;
    this.#tries = tries;
    this.#now = now;
  }

  /** `undefined`: the owner has set no limits. */
  async today(accountId: AccountId): Promise<BoughtToday | undefined> {
    const [state, ahead] = await Promise.all([this.#store.state(accountId), this.#aheadOf(accountId)]);
    if (!state) return undefined;
    const { day, bought, bare, ...limits } = state;
    const isToday = day !== undefined && day >= dayOf(this.#now(), ahead);
    return { ...limits, bought: isToday ? bought : 0, bare: isToday ? bare : 0 };
  }

  /** `'gone'`: signed out of everything meanwhile. */
  async setLimits(
    owner: Standing,
    typed: TypedLimits,
    place: EventPlace,
  ): Promise<'set' | 'gone' | LimitErrors> {
    const limits = readLimits(typed);
    if (!('most' in limits)) return limits;
    const event: ActivityEvent = { kind: 'voice-limits-changed', by: 'owner', place, details: { ...limits } };
    return (await this.#store.setLimits(owner, limits, event)) ? 'set' : 'gone';
  }

  /** `'malformed'`: no purchase, which counts as no try. */
  async buy(
    device: GrantId,
    asked: Readonly<Record<'amount' | 'currency' | 'idempotency_key', string>> & {
      readonly code: string | undefined;
    },
    place: EventPlace,
  ): Promise<PurchaseOutcome | { readonly outcome: 'malformed' }> {
    const purchase = readPurchase(asked);
    if (!purchase) return { outcome: 'malformed' };
    const subject = { type: 'device', id: device.name } as const;
    const onLock: ActivityEvent = { kind: 'voice-code-locked', by: 'device', place, subject };
    const rules = {
      ahead: await this.#aheadOf(device.accountId as AccountId),
      mostKept: MAX_KEPT,
      keptFor: KEPT_FOR,
    };
    return this.#store.buy(device, purchase, this.#tries, rules, onLock);
  }

  /** By the owner's own zone: a client cannot choose when the day begins. */
  async #aheadOf(accountId: AccountId): Promise<number> {
    const account = await this.#accounts.find(accountId);
    return aheadOfUtc(knownZone(account?.profile.timeZone), this.#now());
  }
}

function readLimits({ currency, most, free }: TypedLimits): PurchaseLimits | LimitErrors {
  if (!CURRENCIES.includes(currency)) return { currency: 'missing' };
  const [inDay, withoutCode] = [readAmount(most, currency), readAmount(free, currency)];
  if (inDay === undefined || withoutCode === undefined)
    return {
      ...(inDay === undefined && { day_limit: 'not-an-amount' as const }),
      ...(withoutCode === undefined && { free_limit: 'not-an-amount' as const }),
    };
  if (withoutCode > inDay) return { free_limit: 'too-much' };
  return { currency, most: inDay, free: withoutCode };
}

function readPurchase(
  asked: Readonly<Record<'amount' | 'currency' | 'idempotency_key', string>> & {
    readonly code: string | undefined;
  },
): Purchase | undefined {
  const { amount, currency, idempotency_key: key, code } = asked;
  if (!/^[1-9]\d{0,11}$/.test(amount) || Number(amount) > MAX_AMOUNT) return undefined;
  if (!/^[A-Z]{3}$/.test(currency) || !isKey(key)) return undefined;
  if (code === undefined) return { amount: Number(amount), currency, key, code };
  const digits = readDigits(code, 4);
  return digits === undefined ? undefined : { amount: Number(amount), currency, key, code: digits };
}

const isKey = (key: string) => key.length <= MAX_KEY && /^[\x21-\x7e]+$/.test(key);
