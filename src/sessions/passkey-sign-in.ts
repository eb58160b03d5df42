import type { AccountStore } from '../accounts/account-store.ts';
import { eventPlace } from '../events/event.ts';
import type { ActivityStore } from '../events/event-store.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import type { PasskeyCheck, PasskeyRequest } from '../mfa/passkey-check.ts';
import type { Visit } from '../net/visit.ts';
import type { CreatedSession, SessionCreation } from './session-creation.ts';

type PasskeySignInOutcome =
  | ({ outcome: 'signed-in' } & CreatedSession)
  /** An unknown or removed passkey, a used challenge, a disabled account: one answer. */
  | { outcome: 'wrong' };

interface PasskeySignInDependencies {
  readonly accounts: AccountStore;
  readonly factors: FactorStore;
  readonly activity: ActivityStore;
  readonly passkeys: PasskeyCheck;
  readonly sessionCreation: SessionCreation;
}

/** Signing in with a passkey alone: something the owner has, and by their finger, face or PIN, both steps in one. */
export class PasskeySignIn {
  readonly #with: PasskeySignInDependencies;

  constructor(dependencies: PasskeySignInDependencies) {
    this.#with = dependencies;
  }

  get possible(): boolean {
    return this.#with.passkeys.possible;
  }

  /** `undefined`: no browser knows passkeys of this server. */
  begin(): Promise<PasskeyRequest | undefined> {
    return this.#with.passkeys.ask();
  }

  async finish(response: string, challenge: string, visit: Visit): Promise<PasskeySignInOutcome> {
    const { accounts, factors, activity, passkeys, sessionCreation } = this.#with;
    const accountId = passkeys.accountOf(response);
    const account = accountId && (await accounts.find(accountId));
    const known = account?.status === 'active' ? await factors.list(account.id) : [];
    const checked = await passkeys.check(known, { response, challenge }, undefined);
    if (account?.status !== 'active') return { outcome: 'wrong' };
    if (checked.outcome === 'copied') {
      await activity.record(account.id, {
        kind: 'passkey-copied',
        by: 'server',
        subject: { type: 'factor', id: checked.passkey },
        place: eventPlace(visit),
      });
    }
    if (checked.outcome !== 'proved') return { outcome: 'wrong' };
    const created = await sessionCreation.createWith(account, checked.amr, checked.proof, visit);
    return created ? { outcome: 'signed-in', ...created } : { outcome: 'wrong' };
  }
}
