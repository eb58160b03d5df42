import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import {
  MAX_TRUSTED,
  type ProvedStanding,
  type TrustedBrowser,
  type TrustedBrowserStore,
} from '../mfa/trusted-browser-store.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';

const KIND = 'TrustedBrowser';
/** Another browser has taken its place. */
const LEFT: ActivityEvent = { kind: 'browser-trust-ended', by: 'server' };

type Kept = Pick<TrustedBrowser, 'address' | 'userAgent'>;

interface Field {
  epoch: string;
  till: number;
  since: number;
  last: number;
  payload: string;
}

/** A field for each in the account's slot, under the HMAC of what its cookie holds. */
export class RedisTrustedBrowsers implements TrustedBrowserStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async trust(
    { accountId, epoch, factor }: ProvedStanding,
    token: string,
    { address, userAgent }: Kept,
    lifetime: number,
    event: ActivityEvent,
  ): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const name = keyring.mac(KIND, idOf(accountId, token));
    const sealed = keyring.seal(placeOf(accountId, name), { address, userAgent } satisfies Kept);
    const about: ActivityEvent = { ...event, subject: { type: 'browser', id: name } };
    const told = await this.#activity.prepare(accountId, about);
    const left = await this.#activity.prepare(accountId, LEFT);
    const args = [epoch, name, lifetime, sealed, told, factor, MAX_TRUSTED, left];
    return (await scripts.change('trustBrowser', keyspace.of(accountId), args)) === 1;
  }

  async nameOf(accountId: AccountId, token: string): Promise<string | undefined> {
    const names = this.#context.keyring.macs(KIND, idOf(accountId, token));
    const trusted = await this.list(accountId);
    return names.find((name) => trusted.some((browser) => browser.name === name));
  }

  async list(accountId: AccountId): Promise<TrustedBrowser[]> {
    const { scripts, keyspace } = this.#context;
    const fields = await scripts.plain('reading trusted browsers', (redis) =>
      redis.hgetall(keyspace.of(accountId).trusted),
    );
    if (Object.keys(fields).length === 0) return [];
    const epoch = await scripts.plain('reading an epoch', (redis) =>
      redis.hget(keyspace.of(accountId).account, 'epoch'),
    );
    return Object.entries(fields)
      .flatMap(([name, text]) => this.#open(accountId, name, text, epoch))
      .sort((one, other) => other.since - one.since);
  }

  async end(accountId: AccountId, name: string, event: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const args = [name, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('endTrust', keyspace.of(accountId), args)) === 1;
  }

  #open(accountId: AccountId, name: string, text: string, epoch: string | null): TrustedBrowser[] {
    const field = JSON.parse(text) as Field;
    const kept = this.#context.keyring.open<Kept>(placeOf(accountId, name), field.payload);
    if (!kept || field.epoch !== epoch || field.till <= Date.now()) return [];
    return [{ ...kept, name, since: field.since, seenAt: field.last, until: field.till }];
  }
}

const idOf = (accountId: string, token: string) => `${accountId}:${token}`;
const placeOf = (accountId: string, name: string) => `trusted-browser:${accountId}:${name}`;
