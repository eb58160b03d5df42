import type { AccountId } from '../accounts/account.ts';
import { readDigits } from '../accounts/typed-code.ts';
import type { GrantId } from '../devices/grant-id.ts';
import type { ActivityEvent, EventKind, EventPlace } from '../events/event.ts';
import type { VoiceCodeLimits } from '../limits/voice-code-limits.ts';
import type { Standing } from '../mfa/factor.ts';
import type { VoiceCodeState, VoiceCodeStore, VoiceCodeTry } from './voice-code-store.ts';

export type VoiceCodeError = 'not-four' | 'too-easy';
const RUN_UP = '01234567890';
const RUN_DOWN = '09876543210';

/** The four digits that an owner says to buy something by voice. */
export class VoiceCode {
  readonly #store: VoiceCodeStore;
  readonly #limits: VoiceCodeLimits;

  /** @param limits a purchase takes one try, or a second one; a guesser would like more */
  constructor(store: VoiceCodeStore, limits: VoiceCodeLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  state(accountId: AccountId): Promise<VoiceCodeState | undefined> {
    return this.#store.state(accountId);
  }

  /** `'gone'`: signed out of everything meanwhile. */
  async set(owner: Standing, typed: string, place: EventPlace): Promise<'set' | 'gone' | VoiceCodeError> {
    const code = digitsOf(typed);
    if (code === undefined) return 'not-four';
    if (isEasy(code)) return 'too-easy';
    return (await this.#store.set(owner, code, byOwner('voice-code-set', place))) ? 'set' : 'gone';
  }

  remove(owner: Standing, place: EventPlace): Promise<boolean> {
    return this.#store.remove(owner, byOwner('voice-code-removed', place));
  }

  unlock(owner: Standing, place: EventPlace): Promise<boolean> {
    return this.#store.unlock(owner, byOwner('voice-code-unlocked', place));
  }

  /** `'malformed'`: not four digits, which counts as no try. */
  async try(
    device: GrantId,
    said: string,
    place: EventPlace,
  ): Promise<VoiceCodeTry | { outcome: 'malformed' }> {
    const code = digitsOf(said);
    if (code === undefined) return { outcome: 'malformed' };
    const subject = { type: 'device', id: device.name } as const;
    const onLock: ActivityEvent = { kind: 'voice-code-locked', by: 'device', place, subject };
    return this.#store.try(device, code, this.#limits, onLock);
  }
}

const digitsOf = (typed: string) => readDigits(typed, 4);

/** What people try first: one digit four times, and digits in their order. */
function isEasy(code: string): boolean {
  return /^(.)\1{3}$/.test(code) || RUN_UP.includes(code) || RUN_DOWN.includes(code);
}

function byOwner(kind: EventKind, place: EventPlace): ActivityEvent {
  return { kind, by: 'owner', place };
}
