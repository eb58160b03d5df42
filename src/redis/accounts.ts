import { randomUUID } from 'node:crypto';
import type { Account, AccountId, AccountProfile, AccountStatus, Credentials } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { ActivityEvent } from '../activity/event.ts';
import type { RedisActivity } from './activity.ts';
import { openProfile, sealProfile } from './profiles.ts';
import { type StoreContext, underAnyName } from './store-context.ts';

/** How long the copies that a sign-out of everything leaves for its result page stay: 1 hour. */
const SEALED_COPY_MS = 3_600_000;

/** Where an account's credentials are sealed for. */
const credentialsOf = (id: AccountId) => `account:${id}:credentials`;

/** The account's record in its own slot; an email is a pointer to it in another. */
export class RedisAccounts implements AccountStore {
  readonly #context: StoreContext;
  /** What was read, so that a change can be refused when somebody else made one since. */
  readonly #asRead = new WeakMap<Account, string>();

  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  /** The record first, without a way to it; then the email, which only one caller can claim. */
  async create(id: AccountId, profile: AccountProfile, credentials: Credentials): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const email = keyspace.record('Email', keyring.mac('Email', profile.email));
    if (await this.findByEmail(profile.email)) return false;
    const args = [keyring.seal(credentialsOf(id), credentials), sealProfile(keyring, id, profile)];
    if ((await scripts.change('createAccount', [keyspace.account(id)], args)) !== 1) return false;
    if ((await scripts.change('claimEmail', [email], [id])) === 1) return true;
    await scripts.plain('taking back an account', (redis) => redis.unlink(keyspace.account(id)));
    return false;
  }

  async find(id: AccountId): Promise<Account | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    const [status, epoch, sealedProfile, sealedCredentials] = await scripts.plain(
      'reading an account',
      (redis) => redis.hmget(keyspace.account(id), 'status', 'epoch', 'profile', 'credentials'),
    );
    if (!sealedProfile || !sealedCredentials) return undefined;
    const profile = openProfile(keyring, id, sealedProfile);
    const credentials = keyring.open<Credentials>(credentialsOf(id), sealedCredentials);
    if (!profile || !credentials) return undefined;
    const account: Account = {
      id,
      status: status === 'active' ? 'active' : 'disabled',
      epoch: Number(epoch),
      profile,
      credentials,
    };
    this.#asRead.set(account, sealedCredentials);
    return account;
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    return underAnyName(keyring.macs('Email', email), async (name) => {
      const key = keyspace.record('Email', name);
      const id = await scripts.plain('reading an email', (redis) => redis.get(key));
      return id ? this.find(id as AccountId) : undefined;
    });
  }

  async replaceCredentials(account: Account, credentials: Credentials): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const sealed = keyring.seal(credentialsOf(account.id), credentials);
    const args = [account.epoch, 'credentials', this.#asRead.get(account) ?? '', sealed];
    return (await scripts.change('updateAccount', [keyspace.account(account.id)], args)) === 1;
  }

  async signOutEverything(
    id: AccountId,
    event?: ActivityEvent,
  ): Promise<{ epoch: number; grants: number; browsers: number } | undefined> {
    const args = [SEALED_COPY_MS, await this.#activity.prepare(id, event)];
    const reply = await this.#context.scripts.change('signOutEverything', this.#keysOfAll(id), args);
    if (!reply) return undefined;
    const [epoch, grants, browsers] = reply as [number, number, number];
    return { epoch, grants, browsers };
  }

  async setStatus(
    id: AccountId,
    status: AccountStatus,
    event?: ActivityEvent,
  ): Promise<{ changed: boolean; epoch: number; grants: number; browsers: number } | undefined> {
    const args = [status, SEALED_COPY_MS, await this.#activity.prepare(id, event)];
    const reply = await this.#context.scripts.change('changeStatus', this.#keysOfAll(id), args);
    if (!reply) return undefined;
    const [changed, epoch, grants, browsers] = reply as [number, number, number, number];
    return { changed: changed === 1, epoch, grants, browsers };
  }

  /** What a script needs that ends everything of an account. */
  #keysOfAll(id: AccountId): string[] {
    const { keyspace } = this.#context;
    const [grants, browsers, copy] = [keyspace.grants(id), keyspace.browsers(id), randomUUID()];
    return [
      keyspace.account(id),
      grants,
      browsers,
      keyspace.sealedCopy(grants, copy),
      keyspace.sealedCopy(browsers, copy),
      keyspace.activity(id),
    ];
  }
}
