import { randomBytes } from 'node:crypto';
import { readMailedCode } from '../accounts/mailed-code.ts';
import type { EventPlace } from '../events/event.ts';
import type { ReadingHabits } from '../mail/mail-reader.ts';
import { PHONE_ID, type Standing } from './factor.ts';
import { factorSubject } from './factor-names.ts';
import type { FactorStore } from './factor-store.ts';
import { readPhoneNumber } from './phone-number.ts';
import type { TextCodes, TextOutcome } from './text-codes.ts';

/** A number that a code was sent to; the page that waits for the code holds it, sealed. */
export interface PendingPhone {
  /** Names the code in the store. */
  readonly id: string;
  readonly number: string;
}

type BeginPhoneOutcome =
  | { outcome: 'malformed' | 'country' }
  | { outcome: 'sent'; pending: PendingPhone }
  | Extract<TextOutcome, { outcome: 'wait' }>;

type AddPhoneOutcome = 'added' | 'malformed' | 'wrong' | 'too-many-tries' | 'too-many' | 'refused';

/** A backup phone: its number is kept once a code that was sent there has come back. */
export class AddPhone {
  readonly #factors: FactorStore;
  readonly #texts: TextCodes;
  readonly #now: () => number;

  constructor(factors: FactorStore, texts: TextCodes, now: () => number = Date.now) {
    this.#factors = factors;
    this.#texts = texts;
    this.#now = now;
  }

  async begin(
    { accountId, profile }: Standing & { profile: ReadingHabits },
    typed: string,
    address: string,
  ): Promise<BeginPhoneOutcome> {
    const number = readPhoneNumber(typed);
    if (number === undefined) return { outcome: 'malformed' };
    const id = randomBytes(24).toString('base64url');
    const sent = await this.#texts.send('add-phone', id, number, { accountId, profile, address });
    if (sent.outcome !== 'sent') return sent;
    return { outcome: 'sent', pending: { id, number } };
  }

  async add(
    owner: Standing,
    { id }: PendingPhone,
    typed: string,
    place: EventPlace,
  ): Promise<AddPhoneOutcome> {
    const code = readMailedCode(typed);
    if (code === undefined) return 'malformed';
    const number = await this.#texts.spend('add-phone', id, code);
    if (number === 'wrong' || number === 'too-many-tries') return number;
    const phone = { kind: 'phone', id: PHONE_ID, createdAt: this.#now(), number } as const;
    const event = { kind: 'factor-added', by: 'owner', place, subject: factorSubject(phone) } as const;
    return this.#factors.add(owner, phone, event);
  }
}
