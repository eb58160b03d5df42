import type { AccountId } from '../accounts/account.ts';
import { resourceIn } from '../devices/asked-resource.ts';

/**
 * What an owner lets an app do: one consent for each account and app, in whatever browsers the app is used. A
 * consent gives nothing by itself; it says what a sign-in of the app may be given without asking again.
 */
export interface Consent extends ConsentTerms {
  /** Names it towards its owner; opens nothing. */
  readonly id: string;
  /** milliseconds since 1970, as `used` */
  readonly since: number;
  /** When the app was last seen to act for the owner; at most a minute stale. */
  readonly used: number;
  /** Changes with every change of the consent. */
  readonly version: string;
  /** When the operator ended what the app has; milliseconds since 1970. Then it gives nothing. */
  readonly endedAt?: number | undefined;
  /** Changes when the app may do less: a code that was issued before is worth nothing then. */
  readonly cut: string;
}

export interface ConsentTerms {
  readonly clientId: string;
  /** Of the client, when the owner answered; absent is 0. */
  readonly clientEpoch?: number | undefined;
  /** Of a client that may be gone one day: what it was called when the owner last allowed it. */
  readonly appName?: string | undefined;
  /** Of such a client: the site at which it was answered, as the owner saw it when they last allowed it. */
  readonly site?: string | undefined;
  /** Scopes, and the APIs at which the app may act: see `resourceEntry`. */
  readonly granted: readonly string[];
  /** Asked for and refused on the consent page: not asked for again. */
  readonly refused: readonly string[];
}

/** Whose consents, and the epoch under which they proved who they are. A signed-in browser is one. */
export interface Owner {
  readonly accountId: AccountId;
  readonly epoch: number;
}

/** It says which account it is, without which there is no sign-in. */
const SIGN_IN = 'openid';

/** APIs at which one app may act for an owner: of more, the one that was allowed longest ago is asked about anew. */
const MAX_RESOURCES = 50;

/** What an owner who allows the app allows: the sign-in, and the API that it is for. What it may do there can be refused. */
export function isNeverRefused(entry: string): boolean {
  return entry === SIGN_IN || resourceIn(entry) !== undefined;
}

/**
 * The consent after the owner has answered: what was asked and not allowed is refused, also where it had been
 * granted before; what was not asked stays as it was.
 * @param allowed of the scopes asked for
 */
export function answered(
  before: ConsentTerms | undefined,
  clientId: string,
  asked: readonly string[],
  allowed: readonly string[],
): ConsentTerms {
  const yes = asked.filter((scope) => isNeverRefused(scope) || allowed.includes(scope));
  const no = asked.filter((scope) => !yes.includes(scope));
  return {
    clientId,
    granted: bounded(union(without(before?.granted, [...no, ...yes.filter(resourceIn)]), yes)),
    refused: union(without(before?.refused, yes), no),
  };
}

/**
 * The consent after the owner has taken some of it back. What was taken back is not noted as refused: the app
 * may ask for it once more, and the owner decides then.
 */
export function narrowedTo(before: ConsentTerms, kept: readonly string[]): ConsentTerms {
  const { clientId, clientEpoch, appName, site, refused } = before;
  const granted = before.granted.filter((scope) => scope === SIGN_IN || kept.includes(scope));
  return {
    clientId,
    ...(clientEpoch !== undefined && { clientEpoch }),
    ...(appName !== undefined && { appName, site }),
    granted,
    refused,
  };
}

/** Without a resources file an app may name any address. */
function bounded(granted: readonly string[]): string[] {
  const kept = granted.filter((entry) => resourceIn(entry) !== undefined).slice(-MAX_RESOURCES);
  return granted.filter((entry) => resourceIn(entry) === undefined || kept.includes(entry));
}

/** A consent that still gives something: `undefined` for one of an app that the operator has ended. */
export function standing(consent: Consent | undefined): Consent | undefined {
  return consent?.endedAt === undefined ? consent : undefined;
}

/** Whether the second gives less than the first. */
export function isLess(before: ConsentTerms | undefined, after: ConsentTerms): boolean {
  return (before?.granted ?? []).some((scope) => !after.granted.includes(scope));
}

function without(scopes: readonly string[] | undefined, gone: readonly string[]): string[] {
  return (scopes ?? []).filter((scope) => !gone.includes(scope));
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])];
}
