/** What is kept of an account under master secrets, found by what every sealed text and every name begins with. */
import { formatGrantId } from '../devices/grant-id.ts';
import type { AccountKeys } from './account-keys.ts';
import { credentialsOf } from './accounts.ts';
import { placeOfDevice, placeOfEvent } from './activity.ts';
import { placeOfFactor } from './factors.ts';
import { placeOfChain, placeOfGrant } from './grants.ts';
import { placeOfMember } from './household.ts';
import { placeOfLabel } from './linked-devices.ts';
import { placeOfRole } from './operators.ts';
import { placeOfProfile } from './profiles.ts';
import type { StoreContext } from './store-context.ts';
import { placeOfLink } from './upstream-links.ts';

type Fields = Readonly<Record<string, string>>;
export type Entry = readonly [id: string, texts: string[]];

/** What stands in an account's slot, as far as it is looked at. */
export interface AccountRecords {
  readonly id: string;
  readonly epoch: number;
  readonly account: Fields;
  readonly grants: Fields;
  readonly consents: Fields;
  readonly factors: Fields;
  readonly profiles: Fields;
  readonly upstream: Fields;
  readonly voiceCode: Fields;
  readonly browsers: Fields;
  readonly trusted: Fields;
  readonly linkKeys: Fields;
  readonly events: readonly Entry[];
}

/** The hashes of which the sealed texts are put in each other's place, within their fields. */
export const RESEALED = ['account', 'grants', 'factors', 'profiles', 'upstream'] as const;
type Resealed = (typeof RESEALED)[number];

const SEALED = /([\w-]{6})\.[\w-]{16}\.[\w-]{38,}/g;

/** Sealed texts within a text, each with the name of its secret. */
export function sealedIn(text: string): { readonly name: string; readonly sealed: string }[] {
  return [...text.matchAll(SEALED)].map(([sealed, name = '']) => ({ name, sealed }));
}

/** Of a name that is an HMAC: of which secret. */
export function secretOf(name: string): string | undefined {
  return /^([\w-]{6})\.[\w-]{32}$/.exec(name)?.[1];
}

/** @returns `undefined` where there is no such account */
export async function readRecords(
  { scripts, keyspace }: StoreContext,
  id: string,
): Promise<AccountRecords | undefined> {
  const keys = keyspace.of(id);
  const hash = (key: string) => scripts.plain('reading an account', (redis) => redis.hgetall(key));
  const read = <T extends readonly (keyof AccountKeys)[]>(names: T) =>
    Promise.all(names.map((name) => hash(String(keys[name]))));
  const names = ['account', 'grants', 'consents', 'factors', 'profiles', 'upstream'] as const;
  const others = ['voiceCode', 'browsers', 'trusted', 'linkKeys'] as const;
  const [kept, more, events] = await Promise.all([
    read(names),
    read(others),
    scripts.plain('reading activity', (redis) => redis.xrange(keys.activity, '-', '+')),
  ]);
  const [account = {}, grants = {}, consents = {}, factors = {}, profiles = {}, upstream = {}] = kept;
  const [voiceCode = {}, browsers = {}, trusted = {}, linkKeys = {}] = more;
  if (account['epoch'] === undefined) return undefined;
  const hashes = { account, grants, consents, factors, profiles, upstream, voiceCode };
  const ways = { browsers, trusted, linkKeys };
  return { id, epoch: Number(account['epoch']), ...hashes, ...ways, events };
}

/** Where a sealed text of this field may have been sealed for: it opens at one of them. */
export function placesOf({ id, epoch }: AccountRecords, hash: Resealed, field: string): string[] {
  switch (hash) {
    case 'account':
      return [placeOfProfile(id), credentialsOf(id as Parameters<typeof credentialsOf>[0]), placeOfRole(id)];
    case 'factors':
      return [placeOfFactor(id, field)];
    case 'upstream':
      return [placeOfLink(id, field)];
    case 'profiles':
      return [placeOfMember(id, field)];
    case 'grants': {
      const grantId = formatGrantId({ accountId: id, epoch, name: field });
      const place = placeOfGrant(grantId);
      return [
        place,
        `${place}:successor`,
        placeOfChain(grantId),
        placeOfDevice(id, field),
        placeOfLabel(id, field),
      ];
    }
  }
}

/** The same of an entry of the activity: `of` names the device or the browser that it is about. */
export function placesOfEntry(id: string, texts: readonly string[]): string[] {
  const of = texts[texts.indexOf('of') + 1] ?? '';
  return [placeOfEvent(id), placeOfDevice(id, of), `browser:${of}`];
}
