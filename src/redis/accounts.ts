import type { Account, AccountId, AccountProfile, AccountStatus, Credentials } from '../accounts/account.ts';
import type { AccountStore, Ended, SignOutRequest } from '../accounts/account-store.ts';
import { movedTo } from '../accounts/former-emails.ts';
import type { StayingSession } from '../accounts/session.ts';
import type { ActivityEvent } from '../events/event.ts';
import { RedisAccountIndex } from './account-index.ts';
import type { RedisActivity } from './activity.ts';
import { endedOf, SNAPSHOT_MS } from './end-of-all.ts';
import { openProfile, sealProfile } from './profiles.ts';
import type { RedisSessions } from './sessions.ts';
import { type StoreContext, underAnyName } from './store-context.ts';

/** Where an account's credentials are sealed for. */
export const credentialsOf = (id: AccountId) => `account:${id}:credentials`;

/** The account's record in its own slot; an email is a pointer to it in another. */
export class RedisAccounts implements AccountStore {
  readonly #context: StoreContext;
  /** What was read, so that a change can be refused when another request made one since. */
  readonly #asRead = new WeakMap<Account, { profile: string; credentials: string }>();
  readonly #activity: RedisActivity;
  readonly #browsers: RedisSessions;
  readonly #index: RedisAccountIndex;

  constructor(context: StoreContext, activity: RedisActivity, browsers: RedisSessions) {
    this.#context = context;
    this.#index = new RedisAccountIndex(context);
    this.#activity = activity;
    this.#browsers = browsers;
  }

  /** A row of the list first; then the record, without a way to it; then the email, which only one caller can claim. */
  async create(id: AccountId, profile: AccountProfile, credentials: Credentials): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const email = keyspace.record('Email', keyring.mac('Email', profile.email));
    if (await this.findByEmail(profile.email)) return false;
    await this.#index.add([{ id, at: profile.createdAt }]);
    const sealed = [keyring.seal(credentialsOf(id), credentials), sealProfile(keyring, id, profile)];
    const args = [...sealed, await this.#activity.prepareCreation(id)];
    if ((await scripts.change('createAccount', keyspace.of(id), args)) !== 1) return false;
    if ((await scripts.change('claimPointer', { pointer: email }, [id])) === 1) return true;
    await scripts.plain('taking back an account', (redis) => redis.unlink(keyspace.of(id).account));
    await this.#index.remove(id);
    return false;
  }

  async find(id: AccountId): Promise<Account | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    const [status, epoch, sealedProfile, sealedCredentials] = await scripts.plain(
      'reading an account',
      (redis) => redis.hmget(keyspace.of(id).account, 'status', 'epoch', 'profile', 'credentials'),
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
    this.#asRead.set(account, { profile: sealedProfile, credentials: sealedCredentials });
    return account;
  }

  async epochOf(id: AccountId): Promise<number | undefined> {
    const { scripts, keyspace } = this.#context;
    const epoch = await scripts.plain('reading an epoch', (redis) =>
      redis.hget(keyspace.of(id).account, 'epoch'),
    );
    return epoch === null ? undefined : Number(epoch);
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    return underAnyName(keyring.macs('Email', email), async (name) => {
      const key = keyspace.record('Email', name);
      const id = await scripts.plain('reading an email', (redis) => redis.get(key));
      const account = id ? await this.find(id as AccountId) : undefined;
      // An email that is about to be the account's, or was until just now, is not its email.
      return account?.profile.email === email ? account : undefined;
    });
  }

  async replaceCredentials(account: Account, credentials: Credentials): Promise<boolean> {
    const sealed = this.#context.keyring.seal(credentialsOf(account.id), credentials);
    return this.#replace(account, 'credentials', sealed);
  }

  async replaceProfile(account: Account, profile: AccountProfile, event?: ActivityEvent): Promise<boolean> {
    return this.#replace(account, 'profile', sealProfile(this.#context.keyring, account.id, profile), event);
  }

  async changePassword(
    account: Account,
    credentials: Credentials,
    event: ActivityEvent,
    stays?: StayingSession,
  ): Promise<Ended | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    const { id, epoch } = account;
    const args = [
      SNAPSHOT_MS,
      epoch,
      this.#asRead.get(account)?.credentials ?? '',
      keyring.seal(credentialsOf(id), credentials),
      await this.#activity.prepareEnd(id, event),
      ...(await this.#staying(stays)),
    ];
    return endedOf(await scripts.change('changePassword', keyspace.ending(id), args));
  }

  /** The new email first: until the profile says so it leads nowhere, and afterwards the old one does. */
  async moveEmail(
    account: Account,
    email: string,
    event: ActivityEvent,
  ): Promise<'moved' | 'taken' | 'refused'> {
    const claim = () => this.claimEmail(account.id, email);
    if ((await this.findByEmail(email)) || !(await claim())) return 'taken';
    const change = event.details?.['change'];
    const moved = movedTo(account.profile, email, typeof change === 'string' ? change : '', Date.now());
    if (await this.replaceProfile(account, moved, event)) {
      // Of several moves of one account at once, one that lost may just have let this email go.
      await claim();
      await this.releaseEmail(account.id, account.profile.email);
      return 'moved';
    }
    if ((await this.find(account.id))?.profile.email !== email) await this.releaseEmail(account.id, email);
    return 'refused';
  }

  async signOutEverything(
    id: AccountId,
    event?: ActivityEvent,
    request?: SignOutRequest,
  ): Promise<Ended | undefined> {
    const args = [
      SNAPSHOT_MS,
      await this.#activity.prepareEnd(id, event),
      request?.epoch ?? '',
      ...(await this.#staying(request?.stays)),
    ];
    const { scripts, keyspace } = this.#context;
    return endedOf(await scripts.change('signOutEverything', keyspace.ending(id, request?.copy), args));
  }

  /** The browser that stays, as scripts take it; `''` for none. */
  async #staying(stays: StayingSession | undefined): Promise<(string | number)[]> {
    return stays ? [stays.was, ...(await this.#browsers.prepare(stays.becomes, stays.time))] : [''];
  }

  async setStatus(
    id: AccountId,
    status: AccountStatus,
    event?: ActivityEvent,
  ): Promise<{ changed: boolean; epoch: number; grants: number; browsers: number } | undefined> {
    const args = [status, SNAPSHOT_MS, await this.#activity.prepareEnd(id, event)];
    const { scripts, keyspace } = this.#context;
    const reply = await scripts.change('changeStatus', keyspace.ending(id), args);
    if (!reply) return undefined;
    const [changed, epoch, grants, browsers] = reply as [number, number, number, number];
    return { changed: changed === 1, epoch, grants, browsers };
  }

  async #replace(
    account: Account,
    field: 'profile' | 'credentials',
    sealed: string,
    event?: ActivityEvent,
  ): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const { id, epoch } = account;
    const told = await this.#activity.prepare(id, event);
    const args = [epoch, field, this.#asRead.get(account)?.[field] ?? '', sealed, told];
    return (await scripts.change('updateAccount', keyspace.of(id), args)) === 1;
  }

  /** The email leads to this account, once its profile says so; `false`: it leads to another one. */
  async claimEmail(id: AccountId, email: string): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const others = (await this.findByEmail(email))?.id ?? id;
    const key = keyspace.record('Email', keyring.mac('Email', email));
    return others === id && (await scripts.change('claimPointer', { pointer: key }, [id])) === 1;
  }

  /** The email leads to this account no longer, under whatever secret it was claimed. */
  async releaseEmail(id: AccountId, email: string): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    for (const name of keyring.macs('Email', email)) {
      await scripts.change('releasePointer', { pointer: keyspace.record('Email', name) }, [id]);
    }
  }
}
