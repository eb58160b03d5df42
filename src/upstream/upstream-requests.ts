import { randomBytes } from 'node:crypto';
import type { Sealing } from '../accounts/sealing.ts';
import type { Standing } from '../mfa/factor.ts';
import type { SentAlong } from './provider-answer.ts';

const PLACE = 'upstream-request';
const LIFETIME_MS = 10 * 60_000;

/** What an owner wants to do at a provider. */
export type UpstreamPurpose =
  /** `invitation`: token of one with which they came. */
  | { readonly kind: 'sign-in'; readonly bothSteps: boolean; readonly invitation?: string | undefined }
  /** The browser in which its owner has just proved who they are. */
  | ({ readonly kind: 'link'; readonly uid: string } & Standing)
  /** An owner who is signed in proves again who they are: the provider has to ask them since then, seconds since 1970. */
  | ({ readonly kind: 'prove'; readonly uid: string; readonly since: number } & Standing);

/** A visit to a provider that is under way: its browser keeps it, sealed, and this server nothing. */
export interface UpstreamRequest extends SentAlong {
  /** Id of the entry: an answer of another provider is none of this (RFC 9700, section 4.4). */
  readonly upstream: string;
  readonly purpose: UpstreamPurpose;
  /** A path of ours. */
  readonly returnTo: string;
}

interface Sealed extends UpstreamRequest {
  /** What only this browser has. */
  readonly visitor: string;
  /** milliseconds since 1970 */
  readonly until: number;
}

/** Good for ten minutes, in the browser in which it was begun. */
export class UpstreamRequests {
  readonly #sealing: Sealing;
  readonly #now: () => number;

  constructor(sealing: Sealing, now: () => number = Date.now) {
    this.#sealing = sealing;
    this.#now = now;
  }

  issue(begun: Pick<UpstreamRequest, 'upstream' | 'purpose' | 'returnTo'>, visitor: string): string {
    const [state, nonce, verifier] = [secret(), secret(), secret()];
    const until = this.#now() + LIFETIME_MS;
    return this.#sealing.seal(PLACE, { ...begun, state, nonce, verifier, visitor, until } satisfies Sealed);
  }

  read(sealed: string | undefined, visitor: string | undefined): UpstreamRequest | undefined {
    const request = sealed ? this.#sealing.open<Sealed>(PLACE, sealed) : undefined;
    const good = request && visitor && request.visitor === visitor && this.#now() < request.until;
    return good ? request : undefined;
  }
}

const secret = () => randomBytes(32).toString('base64url');
