import { readMailedCode } from '../accounts/mailed-code.ts';
import type { Passwords } from '../accounts/passwords.ts';
import type { LimitName } from '../limits/limits.ts';
import { stepOf } from './authenticator-app.ts';
import { readBackupCode } from './backup-codes.ts';
import { BACKUP_CODES_ID, type Factor, type FactorKind, type FactorProof, PHONE_ID } from './factor.ts';
import type { PasskeyCheck } from './passkey-check.ts';
import type { FactorGuesser, SecondStepLimits } from './second-step-limits.ts';
import type { TextCodes } from './text-codes.ts';

/** What an owner gives for the second step. `ticket` names what they give it for. */
export type FactorAnswer =
  | { readonly kind: 'totp' | 'backup-codes'; readonly code: string }
  | { readonly kind: 'phone'; readonly code: string; readonly ticket: string }
  | { readonly kind: 'passkey'; readonly response: string; readonly challenge: string };

export type CheckedFactor =
  /** Worth something once the store has accepted the proof; then call `accepted`. */
  | {
      outcome: 'proved';
      proof: FactorProof;
      amr: readonly string[];
      accepted: () => Promise<void>;
      /** The store could not say whether it accepts the proof: nothing counts. */
      unused: () => Promise<void>;
    }
  /** The same for a wrong code, a used one, and a factor that the account does not have. */
  | { outcome: 'wrong' }
  /** It cannot be a code of this kind: nothing was evaluated, and nothing counts. */
  | { outcome: 'malformed' }
  | { outcome: 'too-many-tries' }
  /** A passkey whose counter went back: an attacker may have a copy of it. */
  | { outcome: 'copied'; passkey: string }
  | { outcome: 'wait'; milliseconds: number; limit: LimitName };

interface FactorCheckDependencies {
  readonly limits: SecondStepLimits;
  readonly passwords: Passwords;
  readonly texts: TextCodes;
  readonly passkeys: PasskeyCheck;
  readonly now: () => number;
}

/** Whether an answer proves a factor. Each is counted before it is evaluated, and what is right is forgiven. */
export class FactorCheck {
  readonly #with: FactorCheckDependencies;

  constructor(dependencies: FactorCheckDependencies) {
    this.#with = dependencies;
  }

  /**
   * @param factors of the account, as they were just read
   * @throws Busy, StoreUnavailable
   */
  async check(
    factors: readonly Factor[],
    answer: FactorAnswer,
    guesser: FactorGuesser,
  ): Promise<CheckedFactor> {
    if (answer.kind === 'passkey') return this.#with.passkeys.check(factors, answer, guesser.accountId);
    const code = answer.kind === 'backup-codes' ? readBackupCode(answer.code) : readMailedCode(answer.code);
    if (code === undefined) return { outcome: 'malformed' };
    const { limits } = this.#with;
    const leave = await limits.take(guesser, answer.kind);
    if (leave.outcome === 'wait') return leave;
    try {
      const proof = await this.#prove(factors, { ...answer, code }, guesser);
      if (typeof proof === 'string') return { outcome: proof };
      const accepted = () => limits.right(guesser, answer.kind);
      return { outcome: 'proved', proof, amr: amrOf(answer.kind), accepted, unused: leave.giveBack };
    } catch (error) {
      await leave.giveBack().catch(() => undefined);
      throw error;
    }
  }

  async #prove(
    factors: readonly Factor[],
    answer: Exclude<FactorAnswer, { kind: 'passkey' }>,
    { accountId, knownBrowser, byMail, address }: FactorGuesser,
  ): Promise<FactorProof | 'wrong' | 'too-many-tries'> {
    switch (answer.kind) {
      case 'totp':
        return this.#proveApp(factors, answer.code) ?? 'wrong';
      case 'backup-codes': {
        const codes = factors.find((factor) => factor.kind === 'backup-codes');
        if (!codes) return 'wrong';
        const caller = { address, account: accountId, known: byMail || knownBrowser !== undefined };
        const digest = await this.#with.passwords.digest(answer.code, codes.salt, caller);
        return { kind: answer.kind, factor: BACKUP_CODES_ID, digest };
      }
      case 'phone': {
        const phone = factors.find((factor) => factor.kind === 'phone');
        const sentTo = await this.#with.texts.spend('second-step', answer.ticket, answer.code);
        if (sentTo === 'too-many-tries') return sentTo;
        return phone && sentTo === phone.number ? { kind: answer.kind, factor: PHONE_ID } : 'wrong';
      }
    }
  }

  /** Of any of the account's apps. */
  #proveApp(factors: readonly Factor[], code: string): FactorProof | undefined {
    for (const factor of factors) {
      if (factor.kind !== 'totp') continue;
      const step = stepOf(factor.seed, code, this.#with.now(), factor.lastStep);
      if (step !== undefined) return { kind: 'totp', factor: factor.id, step };
    }
    return undefined;
  }
}

/** Beside a password (RFC 8176); a passkey says more of itself. */
function amrOf(kind: FactorKind): readonly string[] {
  return [kind === 'phone' ? 'sms' : 'otp', 'mfa'];
}
