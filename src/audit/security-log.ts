/**
 * What happens that touches security, one line each, for the people who run the server: who, what, when, where,
 * with which outcome (ASVS 16.2, 16.3). What an owner is told of their own account is another thing, `event.ts`,
 * with the same names where both tell of the same.
 *
 * Nothing that a person typed or a client sent stands in a line: events and outcomes are ours, ids and emails are HMACs,
 * clients are those of the clients file, and registered ones by the ids that we gave them. So no line can carry a secret, and none can be forged (ASVS 16.4.1).
 */
import type { Logger } from 'pino';
import type { EventKind } from '../events/event.ts';
import type { LimitName } from '../limits/limits.ts';
import { networkOf } from '../net/network.ts';

/**
 * `info`: as it should be. `warn`: refused; one is a mistake, many are an attack. `error`: the server could not do its
 * work, and the operator should look.
 */
type Level = 'info' | 'warn' | 'error';

/** Events that are not listed, of those that owners are told of, succeeded, and are worth an `info`. */
export const SECURITY_EVENTS = {
  'sign-in-refused': 'warn',
  'sign-in-code-refused': 'warn',
  /** What came back from another provider was not believed, or leads to no account. */
  'upstream-refused': 'warn',
  /** A provider has said that a person signed out there. */
  'upstream-signed-out': 'info',
  'upstream-down': 'error',
  'proof-given': 'info',
  'reset-asked': 'info',
  'reset-refused': 'warn',
  'proof-refused': 'warn',
  'second-step-asked': 'info',
  'second-step-refused': 'warn',
  'passkey-copied': 'warn',
  'sign-up-begun': 'info',
  'sign-up-refused': 'warn',
  'sign-up-code-refused': 'warn',
  'account-created': 'info',
  'data-downloaded': 'info',
  'form-refused': 'warn',
  'access-refused': 'warn',
  'limit-met': 'warn',
  'voice-code-right': 'info',
  'voice-code-refused': 'warn',
  'voice-purchase-allowed': 'info',
  'voice-purchase-refused': 'warn',
  'user-code-accepted': 'info',
  'user-code-refused': 'warn',
  'device-approved': 'info',
  'device-denied': 'info',
  'app-denied': 'info',
  'device-refused': 'warn',
  'device-code-issued': 'info',
  /** A device that its maker's app sets up has pushed its request. */
  'link-pushed': 'info',
  /** A machine has presented a key of an owner. */
  'link-key-used': 'info',
  'link-key-refused': 'warn',
  'device-code-refused': 'warn',
  'device-replayed': 'warn',
  'token-issued': 'info',
  'token-refreshed': 'info',
  'token-refused': 'warn',
  'token-revoked': 'info',
  /** An owner says of something in their activity that it was not them. */
  'not-me': 'warn',
  'client-refused': 'warn',
  /** A client registered itself, or changed or removed what it had registered (RFC 7591, RFC 7592). */
  'client-registered': 'info',
  'client-changed': 'info',
  'client-removed': 'info',
  'registration-refused': 'warn',
  'introspection-refused': 'warn',
  'signing-key-published': 'info',
  'signing-key-used': 'info',
  'signing-key-ended': 'info',
  /** A program of the operator's has called the Admin API. */
  'admin-called': 'info',
  'admin-refused': 'warn',
  'store-unavailable': 'error',
  'request-failed': 'error',
} as const satisfies Record<string, Level>;

export type SecurityEventName = keyof typeof SECURITY_EVENTS | EventKind;

type KeyEventName = Extract<SecurityEventName, `signing-key-${string}`>;

/** Of which request, and from where. */
interface SecurityPlace {
  readonly requestId: string | undefined;
  /** Told as its network. */
  readonly address: string;
}

export interface SecurityDetails {
  readonly account?: string | undefined;
  readonly email?: string | undefined;
  /** The grant. */
  readonly device?: string | undefined;
  readonly browser?: string | undefined;
  /** Of the second step. */
  readonly factor?: string | undefined;
  /** What an owner lets an app do. */
  readonly app?: string | undefined;
  /** Whose account did it in the console. */
  readonly operator?: string | undefined;
  /** The id of a client of ours. */
  readonly client?: string | undefined;
  /** The client that a program of the operator's did something to, or the work that it began. */
  readonly target?: string | undefined;
  readonly limit?: LimitName | undefined;
  /** A word of ours, or an error code of the protocol. */
  readonly reason?: string | undefined;
  /** How the owner proved who they are (RFC 8176). */
  readonly amr?: readonly string[] | undefined;
}

const HASHED = ['account', 'email', 'device', 'browser', 'factor', 'app'] as const;
export type HashedKind = (typeof HASHED)[number] | 'code';
/** Hashes of ids that were told of lately are at hand, up to so many; of emails and codes none, so that they stay in no memory. */
const MAX_KEPT = 10_000;
const HASH_LENGTH = 16;
const WORD = /^[a-z0-9][a-z0-9_-]{0,40}$/i;

export class SecurityLog {
  readonly #log: Pick<Logger, Level>;
  readonly #macs: { mac(kind: string, text: string): string };
  readonly #kept = new Map<string, string>();
  readonly #alsoTold: ((event: SecurityEventName, details: SecurityDetails) => void) | undefined;

  /** @param alsoTold hears of every event, for counting */
  constructor(
    log: Pick<Logger, Level>,
    macs: { mac(kind: string, text: string): string },
    alsoTold?: (event: SecurityEventName, details: SecurityDetails) => void,
  ) {
    this.#log = log;
    this.#macs = macs;
    this.#alsoTold = alsoTold;
  }

  audit(event: SecurityEventName, place: SecurityPlace, details: SecurityDetails = {}): void {
    this.#alsoTold?.(event, details);
    const level = levelOf(event);
    const { operator, client, target, limit, reason, amr } = details;
    this.#log[level](
      {
        event,
        outcome: level === 'info' ? 'success' : level === 'warn' ? 'refused' : 'failed',
        requestId: place.requestId,
        network: networkOf(place.address),
        ...this.hashesIn(details),
        operator: operator && this.hashOf('account', operator),
        client,
        target,
        limit,
        reason: reason === undefined || WORD.test(reason) ? reason : 'other',
        amr,
      },
      'security',
    );
  }

  /**
   * What becomes of a signing key, in no request.
   * @param key its `kid`, which is public
   */
  auditKey(event: KeyEventName, key: string): void {
    this.#alsoTold?.(event, {});
    this.#log.info({ event, outcome: 'success', key }, 'security');
  }

  /** The ids among these, as they stand in the lines. */
  hashesIn(details: SecurityDetails): Readonly<Record<string, string>> {
    return Object.fromEntries(
      HASHED.flatMap((name) => {
        const id = details[name];
        return id === undefined ? [] : [[name, this.hashOf(name, id)]];
      }),
    );
  }

  /** Under which name an account, an email, a device, a browser or a device code stands in the lines. */
  hashOf(kind: HashedKind, id: string): string {
    if (kind === 'email' || kind === 'code') return this.#hash(kind, id);
    const name = `${kind}:${id}`;
    const kept = this.#kept.get(name);
    if (kept) return kept;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const hash = this.#hash(kind, id);
    this.#kept.set(name, hash);
    return hash;
  }

  #hash(kind: HashedKind, id: string): string {
    return nameIn(this.#macs.mac('log', `${kind}:${id}`));
  }
}

const nameIn = (mac: string) => mac.slice(mac.indexOf('.') + 1).slice(0, HASH_LENGTH);

/** Under which names it may stand in lines, those from before the secret was changed among them. */
export function namesInLog(
  macs: { macs(kind: string, text: string): readonly string[] },
  kind: HashedKind,
  id: string,
): string[] {
  return macs.macs('log', `${kind}:${id}`).map(nameIn);
}

function levelOf(event: SecurityEventName): Level {
  return event in SECURITY_EVENTS ? SECURITY_EVENTS[event as keyof typeof SECURITY_EVENTS] : 'info';
}
