/**
 * What an owner can prove beside the password. An account that has an authenticator app or a passkey asks for
 * two steps; backup codes and the backup phone only stand beside one of those, and leave with the last of them.
 */
import type { AccountId } from '../accounts/account.ts';

interface Kept {
  /** Names it in forms and addresses; opens nothing. */
  readonly id: string;
  /** milliseconds since 1970, as all times here */
  readonly createdAt: number;
  readonly usedAt: number | undefined;
}

export interface AuthenticatorApp extends Kept {
  readonly kind: 'totp';
  readonly name: string;
  /** Base32 (RFC 4648), 160 bit. */
  readonly seed: string;
  /** The newest time step whose code was accepted: no code of it or before it works again (RFC 6238 section 5.2). */
  readonly lastStep: number;
}

export interface Passkey extends Kept {
  readonly kind: 'passkey';
  readonly name: string;
  /** base64url, as the public key (COSE) */
  readonly credentialId: string;
  readonly publicKey: string;
  readonly transports: readonly string[];
  /** Bound to one authenticator, and not copied between the owner's devices. */
  readonly deviceBound: boolean;
  /** The signature counter that the authenticator gave last; 0 where it counts nothing. */
  readonly counter: number;
}

export interface BackupCodes extends Kept {
  readonly kind: 'backup-codes';
  readonly salt: string;
  readonly left: number;
}

export interface BackupPhone extends Kept {
  readonly kind: 'phone';
  /** E.164 */
  readonly number: string;
}

export type Factor = AuthenticatorApp | Passkey | BackupCodes | BackupPhone;
/** Of these there may be several, told apart by the names that their owner gives. */
export type NamedFactor = AuthenticatorApp | Passkey;
export type FactorKind = Factor['kind'];

/** Each is enough beside a password for an operator of the server. */
export const STRONG_FACTORS: ReadonlySet<FactorKind> = new Set<FactorKind>(['totp', 'passkey']);

/** There is one of each at most, so their kind is their id. */
export const BACKUP_CODES_ID = 'backup-codes';
export const PHONE_ID = 'phone';

type Fresh<F extends Factor, More extends keyof F = never> = Omit<F, 'usedAt' | More>;

/** A factor that is to be added; a new phone or a new set of codes takes the place of the one before. */
export type NewFactor =
  | Fresh<AuthenticatorApp>
  | Fresh<Passkey>
  | Fresh<BackupPhone>
  | (Fresh<BackupCodes, 'left'> & { readonly digests: readonly string[] });

/** An owner as they proved who they are: a change under an epoch that has passed is refused. */
export interface Standing {
  readonly accountId: AccountId;
  readonly epoch: number;
}

/** That one factor was proved. It is worth nothing until the store has accepted it, which happens once. */
export type FactorProof =
  | { readonly kind: 'totp'; readonly factor: string; readonly step: number }
  | { readonly kind: 'passkey'; readonly factor: string; readonly counter: number }
  | { readonly kind: 'backup-codes'; readonly factor: typeof BACKUP_CODES_ID; readonly digest: string }
  | { readonly kind: 'phone'; readonly factor: typeof PHONE_ID };

/**
 * What stands for the second step at a sign-in; `name` of a browser that its owner trusts; `upstream`: the provider by which
 * the owner comes has proved both.
 */
export type SignInProof =
  | FactorProof
  | { readonly kind: 'trusted'; readonly name: string }
  | { readonly kind: 'upstream' };
