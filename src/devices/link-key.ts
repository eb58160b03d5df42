/**
 * Keys by which an owner links machines without a screen: made on a page, put into a file of the machine, and spent when
 * the machine gets its tokens. A key names its account, so that one slot is asked; what opens are 256 bits beside it.
 */
import { randomBytes } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';

/** Living keys that an account may have. */
export const MAX_LINK_KEYS = 10;
/** Devices that one key may link. */
export const MAX_USES = 100;
/** Machines that may wait under one key, beyond those that it has uses for: answers get lost. */
export const MORE_WAITING = 8;
/** Milliseconds in which an owner is told once that a key was refused. */
export const TELL_REFUSAL_EVERY = 3_600_000;

const HOUR = 3_600_000;
/** How long a key may be good, in milliseconds. */
export const LINK_KEY_LIVES = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const;
export type LinkKeyLife = keyof typeof LINK_KEY_LIVES;

/** Why a good key is refused. `unsure`: it cannot be told whether the machine is in the network of the key. */
export const LINK_KEY_REFUSALS = ['client', 'scope', 'network', 'unsure', 'proof'] as const;
export type LinkKeyRefusal = (typeof LINK_KEY_REFUSALS)[number];

/** What the owner lets it do. */
export interface LinkKeyFacts {
  readonly name: string;
  readonly clientId: string;
  /** Of the client when it was made; absent is 0. What the operator has ended since takes its keys with it. */
  readonly clientEpoch?: number;
  /** Scopes that a machine may ask for with it. */
  readonly scopes: readonly string[];
  /** An address in the network in which alone it is good; `undefined`: anywhere. */
  readonly network: string | undefined;
  /** How many devices it may link in all. */
  readonly uses: number;
  /** How, and when (seconds since 1970), its owner proved who they are. */
  readonly amr: readonly string[];
  readonly authTime: number;
}

export interface LinkKey extends LinkKeyFacts {
  /** Opens nothing. */
  readonly id: string;
  readonly accountId: AccountId;
  /** Of the account when it was made; with another one it is worth nothing. */
  readonly epoch: number;
  /** milliseconds since 1970, by the store's clock */
  readonly madeAt: number;
  readonly endsAt: number;
  readonly usesLeft: number;
  /** The last time that its owner was told of it. */
  readonly refused: { readonly at: number; readonly why: LinkKeyRefusal } | undefined;
}

/** A key as a machine sends it. */
export interface LinkKeyText {
  readonly accountId: AccountId;
  readonly secret: string;
}

const FORM = /^lk_([\w-]{22})([\w-]{43})$/;

export function newLinkKey(accountId: AccountId): LinkKeyText {
  return { accountId, secret: randomBytes(32).toString('base64url') };
}

export function formatLinkKey({ accountId, secret }: LinkKeyText): string {
  return `lk_${accountId}${secret}`;
}

/** @returns `undefined` for what no key looks like; white space around it is forgiven, as files end with a line */
export function parseLinkKey(text: string): LinkKeyText | undefined {
  const [, accountId, secret] = FORM.exec(text.trim()) ?? [];
  return accountId && secret ? { accountId: accountId as AccountId, secret } : undefined;
}
