import { randomUUID } from 'node:crypto';
import type { AccountId } from '../accounts/account.ts';
import { AccountKeys, EndingKeys } from './account-keys.ts';

/**
 * Every key that Latchkey writes, and the slot each lives in. README.md beside this file is the table in words.
 */
export class Keyspace {
  readonly #prefix: string;

  /** @param prefix what all keys begin with; lets several installations, or tests, share one Redis */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Everything that stands in an account's slot. */
  of(accountId: string): AccountKeys {
    return new AccountKeys(this.#prefix, accountId);
  }

  /**
   * The same, with the snapshots that a sign-out of everything leaves.
   * @param copy names the snapshots; unless they are to be read, a name that was never used before
   */
  ending(accountId: string, copy: string = randomUUID()): EndingKeys {
    return new EndingKeys(this.#prefix, accountId, copy);
  }

  /** Whose record such a key is. */
  accountIn(key: string): AccountId {
    return key.slice(this.#prefix.length + 1, -'}:account'.length) as AccountId;
  }

  /** Accounts whose owner may have to be told of something, by when it was announced. */
  get pendingAlerts(): string {
    return `${this.#prefix}{alerts}:pending`;
  }

  /**
   * Who is owed a mail, whose turn comes when (critical, notify, and what failed before), and which turn was taken last:
   * a take that is sent again gets the same. One slot.
   */
  get owedMails() {
    const slot = `${this.#prefix}{alerts}:`;
    return {
      owed: `${slot}owed`,
      dueCritical: `${slot}due:critical`,
      dueNotify: `${slot}due:notify`,
      dueRetry: `${slot}due:retry`,
      taken: `${slot}taken`,
    };
  }

  /** Accounts of which apps or receivers may have to hear, by when it was announced. */
  get pendingNotices(): string {
    return `${this.#prefix}{notices}:pending`;
  }

  /**
   * What one receiver still has to hear. One slot.
   * @param receiver of logout notices: HMAC of its client id; of webhooks: `webhook.` and its id; of security
   *   events: `ssf.` and the id of its stream, with `.updates` behind it what it hears of the stream itself
   */
  noticesOf(receiver: string) {
    const slot = `${this.#prefix}{notices:${receiver}}:`;
    return {
      due: `${slot}due`,
      queued: `${slot}queued`,
      bodies: `${slot}bodies`,
      counts: `${slot}counts`,
      done: `${slot}done`,
      dead: `${slot}dead`,
      deadBodies: `${slot}dead-bodies`,
    };
  }

  /** What became of the newest tries to tell each receiver of webhooks, and which are off, by their ids. */
  get receivers(): string {
    return `${this.#prefix}{webhooks}:receivers`;
  }

  /** Names and states of the signing keys that receivers were told of last. */
  get webhooksKeys(): string {
    return `${this.#prefix}{webhooks}:keys`;
  }

  /** Since when each receiver of webhooks hears, by its id. */
  get webhooksSince(): string {
    return `${this.#prefix}{webhooks}:since`;
  }

  /** What receivers of security events have asked for, by the HMAC of their client id. */
  get signalStreams(): string {
    return `${this.#prefix}{signals}:streams`;
  }

  /** What became of the newest tries to tell each of them, and which are paused, by the ids of their streams. */
  get signalReceivers(): string {
    return `${this.#prefix}{signals}:receivers`;
  }

  /** Accounts that are to be closed, by when. */
  get closing(): string {
    return `${this.#prefix}{closing}:due`;
  }

  /** Requests to remove a second step whose owner is to be told again, by when. */
  get recoveries(): string {
    return `${this.#prefix}{recovery}:due`;
  }

  /** A record in a slot of its own: a code, a token, a pointer. */
  record(kind: string, mac: string): string {
    return `${this.#prefix}${kind}:{${mac}}`;
  }

  /** What is written beside a key, into its slot, to see that changes are taken; it means nothing. */
  probeBeside(key: string): string {
    return this.record('Probe', /\{([^}]+)\}/.exec(key)?.[1] ?? key);
  }

  /** A record of which the installation has only one: signing keys, pepper. */
  single(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** What waits for visitors shares one slot, so that one script sees all of it. */
  waiting(scope: string): string {
    return `${this.#prefix}{waiting}:${scope}`;
  }

  /** A sixteenth of the accounts there are, by when they were created. */
  accountIndex(shard: string): string {
    return `${this.#prefix}{accounts:${shard}}:created`;
  }

  /** What happened in one hour. @param hour since 1970 */
  stats(hour: number): string {
    return `${this.#prefix}{stats}:${hour}`;
  }

  /**
   * A sixteenth of the devices of one client, by when they were linked.
   * @param client HMAC of its id
   */
  deviceIndex(client: string, shard: string): string {
    return `${this.#prefix}{client:${client}:${shard}}:devices`;
  }

  /** Accounts that have a role in the console. */
  get operators(): string {
    return `${this.#prefix}{operators}:all`;
  }

  /** What was done through the Admin API. */
  auditTrail(kind: string): string {
    return `${this.#prefix}{audit}:${kind}`;
  }

  /** Places of registered clients, and the tokens that admit them, share one slot, so that one script sees all of them. */
  clients(scope: string): string {
    return `${this.#prefix}{clients}:${scope}`;
  }

  /** Counters of live codes share one slot, so that one script sees all of them. */
  live(scope: string): string {
    return `${this.#prefix}{live}:${scope}`;
  }
}
