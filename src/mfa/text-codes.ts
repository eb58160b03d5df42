import type { AccountId } from '../accounts/account.ts';
import { CODE_LIFETIME, CODE_TRIES, newMailedCode } from '../accounts/mailed-code.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import type { Service } from '../brand/brand.ts';
import { type Limiter, orGiveBack } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import type { TextCountries } from '../limits/text-countries.ts';
import { mailReader, type ReadingHabits } from '../mail/mail-reader.ts';
import type { TextMessages } from '../mail/text-message.ts';
import { writeText } from '../mail/write-mail.ts';

/** What a code is for: one that was sent for one thing is worth nothing for another. */
type TextPurpose = 'add-phone' | 'second-step';

/** Who wants a text message. */
interface TextAsker {
  readonly accountId: AccountId;
  readonly address: string;
  /** How the owner reads, where that is known. */
  readonly profile?: ReadingHabits;
  /** Texts of one class do not use up those of another: see `textClassOf`. */
  readonly apart?: string;
}

/** `'country'`: texts do not go there. */
export type TextOutcome =
  | { outcome: 'sent' }
  | { outcome: 'country' }
  | { outcome: 'wait'; milliseconds: number; limit: LimitName };

/** `'no-phone'`: there is none, or texts do not go to its country any more. */
export type PhoneTextOutcome = Exclude<TextOutcome, { outcome: 'country' }> | { outcome: 'no-phone' };

interface TextCodesDependencies {
  readonly service: Service;
  readonly texts: TextMessages;
  readonly mailedCodes: MailedCodeStore;
  readonly limiter: Limiter;
  readonly countries: TextCountries;
}

/** Six-digit codes by text message. A new one takes the place of the one before. */
export class TextCodes {
  readonly #with: TextCodesDependencies;

  constructor(dependencies: TextCodesDependencies) {
    this.#with = dependencies;
  }

  /** @param ticket names what the code is for, on the page that waits for it */
  async send(purpose: TextPurpose, ticket: string, number: string, asker: TextAsker): Promise<TextOutcome> {
    const { limiter, mailedCodes, texts, service, countries } = this.#with;
    if (!countries.allows(number)) return { outcome: 'country' };
    // What strangers add as their own phone does not use up what its owner signs in with.
    const apart = purpose === 'second-step' ? `:${purpose}:${asker.apart ?? ''}` : '';
    const leave = await limiter.take([
      ['TEXT_NUMBER', `${number}${apart}`],
      ['TEXT_ACCOUNT', `${asker.accountId}${apart}`],
      ['TEXT_NETWORK', asker.address],
      ['TEXT_ALL', asker.address],
    ]);
    if (leave.outcome === 'wait') return leave;
    const code = newMailedCode();
    const entry = { code, payload: number, lifetime: CODE_LIFETIME };
    await orGiveBack(leave.giveBack, mailedCodes.write(kindOf(purpose), ticket, entry));
    const text = writeText('code', { code, ...service }, mailReader(service, asker.profile));
    texts.post({ to: number, text, account: asker.accountId });
    return { outcome: 'sent' };
  }

  /** The number that the right code was sent to. `'too-many-tries'`: only a new code helps. */
  async spend(
    purpose: TextPurpose,
    ticket: string,
    code: string,
  ): Promise<string | 'wrong' | 'too-many-tries'> {
    const tried = await this.#with.mailedCodes.spend<string>(kindOf(purpose), ticket, code, CODE_TRIES);
    if (tried.outcome === 'right') return tried.payload;
    return tried.outcome === 'wrong' && tried.triesLeft === 0 ? 'too-many-tries' : 'wrong';
  }
}

const kindOf = (purpose: TextPurpose) => `text:${purpose}`;
