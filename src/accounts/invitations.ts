import { freshBytes } from '../runtime/operations.ts';

/** How long an invitation may be used, in milliseconds: 7 days. */
export const INVITATION_LIFETIME = 7 * 24 * 3_600_000;

const KIND = 'Invitation';

/** Where invitations are kept, sealed, under an HMAC of their token; they have no authority of their own. */
export interface InvitationStore {
  write(kind: string, id: string, payload: unknown, lifetime?: number): Promise<unknown>;
  find<T>(kind: string, id: string): Promise<{ payload: T; consumed: boolean } | undefined>;
  /** `true` for exactly one caller. */
  consume(kind: string, id: string): Promise<boolean>;
}

export interface Invitation {
  /** The only email that an account may be created with; `undefined`: any. */
  readonly email?: string | undefined;
  /** What the form suggests. */
  readonly name?: string | undefined;
  /** `account`: the operator wants this very account, whatever SIGN_UP says; `sign-up`: good unless SIGN_UP is closed. */
  readonly for: 'account' | 'sign-up';
}

/** Lets one person create one account where sign-up is not open. */
export class Invitations {
  readonly #store: InvitationStore;

  constructor(store: InvitationStore) {
    this.#store = store;
  }

  /** @returns the token: the person who holds it is invited. It is kept nowhere in clear. */
  async issue(invitation: Invitation): Promise<string> {
    const token = freshBytes(32).toString('base64url');
    await this.#store.write(KIND, token, invitation, INVITATION_LIFETIME);
    return token;
  }

  /** `undefined` when it is unknown, too old or used. Looking spends nothing. */
  async find(token: string): Promise<Invitation | undefined> {
    const found = await this.#store.find<Invitation>(KIND, token);
    return found && !found.consumed ? found.payload : undefined;
  }

  /** `true` for exactly one caller. */
  async spend(token: string): Promise<boolean> {
    return this.#store.consume(KIND, token);
  }
}

/** Where the invited person begins. */
export function invitationLink(issuer: string, token: string): string {
  return `${issuer}/sign-up?${new URLSearchParams({ invitation: token })}`;
}
