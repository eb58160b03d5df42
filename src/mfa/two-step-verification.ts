import type { AccountId } from '../accounts/account.ts';
import type { Passwords } from '../accounts/passwords.ts';
import type { EventPlace } from '../events/event.ts';
import { newBackupCodes } from './backup-codes.ts';
import type { Factor, NamedFactor, Standing } from './factor.ts';
import { cleanFactorName, factorSubject } from './factor-names.ts';
import type { FactorStore } from './factor-store.ts';

/** What an owner does with the factors that are there: look, rename, remove, and make backup codes. */
export class TwoStepVerification {
  readonly #factors: FactorStore;
  readonly #passwords: Passwords;
  readonly #now: () => number;

  constructor(factors: FactorStore, passwords: Passwords, now: () => number = Date.now) {
    this.#factors = factors;
    this.#passwords = passwords;
    this.#now = now;
  }

  list(accountId: AccountId): Promise<Factor[]> {
    return this.#factors.list(accountId);
  }

  async rename(owner: Standing, id: string, typed: string): Promise<boolean> {
    const factor = (await this.list(owner.accountId)).find(isNamed(id));
    return factor ? this.#factors.rename(owner, factor, cleanFactorName(typed, factor.name)) : false;
  }

  /** @returns what was removed; `undefined`: there is no such factor any more */
  async remove(owner: Standing, id: string, place: EventPlace): Promise<Factor | undefined> {
    const factor = (await this.list(owner.accountId)).find((one) => one.id === id);
    if (!factor) return undefined;
    const event = { kind: 'factor-removed', by: 'owner', place, subject: factorSubject(factor) } as const;
    return (await this.#factors.remove(owner, id, event)) ? factor : undefined;
  }

  /**
   * Ten new codes; those before work no longer. They are shown now and never again.
   * @throws Busy
   */
  async makeBackupCodes(owner: Standing, place: EventPlace): Promise<string[] | undefined> {
    const caller = { address: place.address, account: owner.accountId, known: true };
    const { shown, factor } = await newBackupCodes(this.#passwords, caller, this.#now());
    const event = { kind: 'factor-added', by: 'owner', place, subject: factorSubject(factor) } as const;
    return (await this.#factors.add(owner, factor, event)) === 'added' ? shown : undefined;
  }
}

function isNamed(id: string): (factor: Factor) => factor is NamedFactor {
  return (factor): factor is NamedFactor =>
    factor.id === id && (factor.kind === 'totp' || factor.kind === 'passkey');
}
