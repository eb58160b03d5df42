import type { AccountId, AccountProfile } from '../accounts/account.ts';
import { takenBackTo } from '../accounts/former-emails.ts';
import type { TakeBack, TakeBackEvents, TakeBackStore } from '../alerts/take-back-store.ts';
import type { ActivityEvent } from '../events/event.ts';
import { credentialsOf } from './accounts.ts';
import { SNAPSHOT_MS } from './end-of-all.ts';
import { openProfile, sealProfile } from './profiles.ts';
import type { AccountContext } from './store-context.ts';

/** Of two changes of the profile at once, this one is made on top of the other. */
const TRIES = 10;

/** What `takeBack` takes of one change: what, entry, factor or profile as read, new value. */
type Change = readonly [what: string, entryId: string, was: string, becomes: string];
const NOTHING: Change = ['', '', '', ''];

export class RedisTakeBacks implements TakeBackStore {
  readonly #context: AccountContext;

  constructor(context: AccountContext) {
    this.#context = context;
  }

  async endEverything(
    accountId: AccountId,
    change: TakeBack,
    events: TakeBackEvents,
  ): Promise<'taken' | 'ended' | 'email-taken' | 'gone'> {
    switch (change.what) {
      case 'email':
        return this.#changeProfile(accountId, events, (profile) =>
          takenBackTo(profile, change.change, Date.now()),
        );
      case 'alerts':
        return this.#changeProfile(accountId, events, allAlerts);
      default:
        return (await this.#take(accountId, this.#changeOf(accountId, change), events)) ?? 'gone';
    }
  }

  async dropRecovery(accountId: AccountId, madeBy: number, event: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const args = [madeBy, await this.#context.activity.prepare(accountId, event)];
    return (await scripts.change('dropRecovery', keyspace.of(accountId), args)) === 1;
  }

  async endWaiting(accountId: AccountId): Promise<void> {
    const { scripts, keyspace } = this.#context;
    await scripts.change('endWaiting', keyspace.of(accountId), []);
  }

  /**
   * By compare-and-set, on top of whatever change came first. An email in the order of `RedisAccounts.moveEmail`: the
   * one that comes back leads nowhere until the profile says so, and the other one does from then on.
   * @param become the new profile; `undefined`: there is nothing to take back, and everything ends all the same
   */
  async #changeProfile(
    accountId: AccountId,
    events: TakeBackEvents,
    become: (profile: AccountProfile) => AccountProfile | undefined,
  ): Promise<'taken' | 'ended' | 'email-taken' | 'gone'> {
    const { keyring } = this.#context;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const read = await this.#read(accountId);
      if (!read) return 'gone';
      const { sealed, profile } = read;
      const becomes = become(profile);
      if (!becomes) return (await this.#take(accountId, NOTHING, events)) ?? 'gone';
      const moves = becomes.email !== profile.email;
      if (moves && !(await this.#context.accounts.claimEmail(accountId, becomes.email))) return 'email-taken';
      const change = ['profile', '', sealed, sealProfile(keyring, accountId, becomes)] as const;
      const taken = await this.#take(accountId, change, moves ? whence(events, profile.email) : events);
      if (moves) await this.#settleEmails(accountId, profile.email, becomes.email);
      if (taken) return taken;
    }
    throw new Error('a profile changes faster than it can be taken back');
  }

  /** Whichever of the two the profile names leads to the account from here on, and the other one does not. */
  async #settleEmails(accountId: AccountId, one: string, other: string): Promise<void> {
    const now = (await this.#read(accountId))?.profile.email;
    for (const email of [one, other]) {
      // Of several changes at once, one that lost may just have let this email go.
      if (email === now) await this.#context.accounts.claimEmail(accountId, email);
      else await this.#context.accounts.releaseEmail(accountId, email);
    }
  }

  /** `undefined`: refused. */
  async #take(
    accountId: AccountId,
    change: Change,
    { taken, ended }: TakeBackEvents,
  ): Promise<'taken' | 'ended' | undefined> {
    const { scripts, keyspace } = this.#context;
    const [end, told] = [
      await this.#context.activity.prepareEnd(accountId, ended),
      await this.#context.activity.prepare(accountId, taken),
    ];
    const args = [SNAPSHOT_MS, end, ...change, told];
    const reply = await scripts.change('takeBack', keyspace.ending(accountId), args);
    if (reply === null) return undefined;
    return reply === 1 ? 'taken' : 'ended';
  }

  #changeOf(accountId: AccountId, change: Exclude<TakeBack, { what: 'email' | 'alerts' }>): Change {
    switch (change.what) {
      case 'everything':
        return NOTHING;
      case 'factor':
      case 'upstream':
        return [change.what, change.entryId ?? '', change.id, ''];
      case 'password': {
        const sealed = this.#context.keyring.seal(credentialsOf(accountId), change.credentials);
        return ['password', change.entryId, '', sealed];
      }
      default:
        return [change.what, change.entryId, '', ''];
    }
  }

  async #read(accountId: AccountId): Promise<{ sealed: string; profile: AccountProfile } | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    const [status, sealed] = await scripts.plain('reading a profile', (redis) =>
      redis.hmget(keyspace.of(accountId).account, 'status', 'profile'),
    );
    const profile = status === 'closed' ? undefined : openProfile(keyring, accountId, sealed ?? null);
    return sealed && profile ? { sealed, profile } : undefined;
  }
}

/** `undefined`: the owner is told of everything already. */
function allAlerts({ unwantedAlerts = [], ...profile }: AccountProfile): AccountProfile | undefined {
  return unwantedAlerts.length > 0 ? profile : undefined;
}

/** The email that goes is told of it from the event. */
function whence({ taken, ended }: TakeBackEvents, was: string): TakeBackEvents {
  return taken ? { ended, taken: { ...taken, details: { ...taken.details, was } } } : { ended };
}
