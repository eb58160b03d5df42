/** What the operator does to an account. Each is told to its owner as made by the operator. */

import { GRACE_PERIOD } from '../account-changes/closing.ts';
import type { ClosingStore } from '../account-changes/closing-store.ts';
import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore, Ended } from '../accounts/account-store.ts';
import type { MailedCodeStore } from '../accounts/mailed-code-store.ts';
import { cleanName } from '../accounts/name.ts';
import { errorOfName } from '../accounts/new-account-form.ts';
import type { Service } from '../brand/brand.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { Mail } from '../mail/mail.ts';
import type { Factor } from '../mfa/factor.ts';
import { factorSubject } from '../mfa/factor-names.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import { resetLinkMail } from '../sessions/reset-link.ts';

interface AccountActParts {
  readonly accounts: AccountStore;
  readonly closings: Pick<ClosingStore, 'askFor' | 'keepFor'>;
  readonly factors: Pick<FactorStore, 'list' | 'remove' | 'removeAll'>;
  readonly mailedCodes: Pick<MailedCodeStore, 'write'>;
  readonly limiter: Pick<Limiter, 'take'>;
  readonly service: Service;
}

const BY = { by: 'operator' } as const;
/** Of two changes at once the later one is made on top of the earlier one. */
const TRIES = 5;

export class AccountActs {
  readonly #with: AccountActParts;

  constructor(parts: AccountActParts) {
    this.#with = parts;
  }

  /** `disabled`: nothing of such an account is changed but its status. */
  async rename(
    id: AccountId,
    typed: string,
  ): Promise<'renamed' | 'missing' | 'too-long' | 'disabled' | 'busy' | 'gone'> {
    const error = errorOfName(typed);
    if (error === 'missing' || error === 'too-long') return error;
    const name = cleanName(typed);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const account = await this.#with.accounts.find(id);
      if (!account) return 'gone';
      if (account.profile.name === name) return 'renamed';
      if (account.status === 'disabled') return 'disabled';
      const profile = { ...account.profile, name };
      if (await this.#with.accounts.replaceProfile(account, profile, { kind: 'name-changed', ...BY }))
        return 'renamed';
    }
    return 'busy';
  }

  /** `undefined` where there is no such account; so in all of these. */
  disable(id: AccountId): Promise<(Ended & { changed: boolean }) | undefined> {
    return this.#with.accounts.setStatus(id, 'disabled', { kind: 'account-disabled', ...BY });
  }

  enable(id: AccountId): Promise<{ changed: boolean } | undefined> {
    return this.#with.accounts.setStatus(id, 'active', { kind: 'account-enabled', ...BY });
  }

  signOutEverything(id: AccountId): Promise<Ended | undefined> {
    return this.#with.accounts.signOutEverything(id, { kind: 'signed-out-everything', ...BY });
  }

  /**
   * @param atOnce nothing of it acts from now on, its owner cannot keep it, and a sweep erases it within a minute
   * @returns when it is closed, milliseconds since 1970: its owner may have asked for that before
   */
  async close(id: AccountId, atOnce: boolean): Promise<number | undefined> {
    const { accounts, closings } = this.#with;
    if (!atOnce) return closings.askFor(id, GRACE_PERIOD, { kind: 'closing-asked', ...BY });
    const at = await closings.askFor(id, 0);
    if (at !== undefined) await accounts.setStatus(id, 'disabled');
    return at;
  }

  /** Closing it is taken back, for an owner who cannot do so themselves. `false`: it was not closing, or it is too late. */
  keep(id: AccountId): Promise<boolean> {
    return this.#with.closings.keepFor(id, { kind: 'closing-taken-back', ...BY });
  }

  /** A mail with a link for a new password, to the account's own email. @returns it, or milliseconds to wait */
  async resetMail(account: Account): Promise<Mail | number> {
    const { limiter, mailedCodes, service } = this.#with;
    const { email } = account.profile;
    const leave = await limiter.take([['FORGOTTEN_MAIL_VISITOR', `${email}:operator`]]);
    if (leave.outcome === 'wait') return leave.milliseconds;
    return resetLinkMail({ mailedCodes, service }, email, account);
  }

  listFactors(id: AccountId): Promise<Factor[]> {
    return this.#with.factors.list(id);
  }

  /** With the last authenticator app or passkey its backups go, too. `false`: it has changed meanwhile, or is disabled. */
  async removeFactor({ id, epoch }: Account, factor: Factor): Promise<boolean> {
    const event = { kind: 'factor-removed', ...BY, subject: factorSubject(factor) } as const;
    return this.#with.factors.remove({ accountId: id, epoch }, factor.id, event);
  }

  /** @returns how many there were */
  removeFactors({ id }: Account): Promise<number> {
    return this.#with.factors.removeAll(id, { kind: 'factors-removed', ...BY });
  }
}
