/** Other OpenID providers by which owners may sign in here: the entries of UPSTREAM_FILE. */
import type { KeyObject } from 'node:crypto';
import type { Secret } from '../config/secret.ts';

/** How this server proves to the provider that it is the client. */
type UpstreamCredentials =
  | { readonly kind: 'secret'; readonly secret: Secret }
  | { readonly kind: 'key'; readonly key: KeyObject };

export interface Upstream {
  /** Stands in addresses and in links of accounts. */
  readonly id: string;
  /** As owners read it. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly credentials: UpstreamCredentials;
  readonly scope: string;
  /** With which ID tokens are signed, and nothing else is believed. */
  readonly algorithm: string;
  /** What of a signed ID token counts as two steps; `undefined`: nothing. */
  readonly twoStep: TwoStepTrust | undefined;
  /** Whether who has no account here may create one by it; `follow`: as SIGN_UP says. */
  readonly signUp: 'follow' | 'open' | 'closed';
  /**
   * `verified_email`: a subject that no account knows may sign in to the account of an email that the provider has
   * verified, by a code that is mailed there; `subject`: the email decides nothing.
   */
  readonly linkBy: 'subject' | 'verified_email';
  /** Of which emails the provider is believed, as mail is sent to them. */
  readonly emailDomains: readonly string[];
  /** What of a profile there an account here begins with, or follows. */
  readonly import: { readonly name: 'once' | 'always' | 'never'; readonly email: 'once' | 'never' };
  /** What a sign-out there ends here: browsers that came by it, everything of the account, or nothing. */
  readonly logout: 'browsers' | 'everything' | 'ignore';
  /** Sent along with every request for sign-in. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface TwoStepTrust {
  readonly acrValues: readonly string[];
  readonly amr: readonly string[];
}

/** Who a person is at a provider: these two together, and nothing else (OpenID Connect Core, section 5.7). */
export interface UpstreamSubject {
  readonly issuer: string;
  readonly subject: string;
}
