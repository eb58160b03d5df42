/** Letting a person in who has no account: for one wanted account, or for the person who holds the link. */
import type { AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { normalizeEmail } from '../accounts/email.ts';
import {
  INVITATION_LIFETIME,
  type Invitation,
  type Invitations,
  invitationLink,
} from '../accounts/invitations.ts';
import type { Service } from '../brand/brand.ts';
import type { Mail } from '../mail/mail.ts';
import { mailReader } from '../mail/mail-reader.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { SignUpMode } from '../sessions/sign-up.ts';

interface LettingInParts {
  readonly accounts: Pick<AccountStore, 'findByEmail'>;
  readonly invitations: Invitations;
  readonly service: Service;
  readonly signUp: SignUpMode;
}

/** What the operator asks for. */
interface Wanted {
  /** `account`: whatever SIGN_UP says; `sign-up`: unless it is closed. */
  readonly for: Invitation['for'];
  readonly email?: string | undefined;
  readonly name?: string | undefined;
}

type LettingInOutcome =
  | {
      readonly outcome: 'issued';
      readonly email: string | undefined;
      readonly link: string;
      readonly expiresAt: number;
      /** With the link, to the email; `undefined` where there is none. */
      readonly mail: Mail | undefined;
    }
  | { readonly outcome: 'no-email' }
  | { readonly outcome: 'closed' }
  | { readonly outcome: 'email-taken'; readonly id: AccountId };

export class LettingIn {
  readonly #with: LettingInParts;

  constructor(parts: LettingInParts) {
    this.#with = parts;
  }

  /** The link works for the person who first creates an account by it, and is kept nowhere in clear. */
  async issue({ email: typed, name, ...wanted }: Wanted): Promise<LettingInOutcome> {
    const { accounts, invitations, service, signUp } = this.#with;
    if (wanted.for === 'sign-up' && signUp === 'closed') return { outcome: 'closed' };
    const email = typed === undefined ? undefined : normalizeEmail(typed);
    if (email === undefined && (typed !== undefined || wanted.for === 'account'))
      return { outcome: 'no-email' };
    const existing = email === undefined ? undefined : await accounts.findByEmail(email);
    if (existing && wanted.for === 'account') return { outcome: 'email-taken', id: existing.id };
    const invitation = { ...wanted, ...(email && { email }), ...(name !== undefined && { name }) };
    const link = invitationLink(service.issuer, await invitations.issue(invitation));
    const expiresAt = Date.now() + INVITATION_LIFETIME;
    const mail =
      email === undefined
        ? undefined
        : await writeMail('invitation', email, { link, ...service }, mailReader(service));
    return { outcome: 'issued', email, link, expiresAt, mail };
  }
}
