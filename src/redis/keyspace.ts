import type { AccountId } from '../accounts/account.ts';

/**
 * Every key that Latchkey writes, and the slot each lives in. README.md beside this file is the table in words.
 */
export class Keyspace {
  readonly #prefix: string;

  /** @param prefix what all keys begin with; lets several installations, or tests, share one Redis */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Record of an account: status, epoch, sealed profile. In the account's slot, as the next three. */
  account(accountId: string): string {
    return `${this.#prefix}{${accountId}}:account`;
  }

  /** Whose record such a key is. */
  accountIn(key: string): AccountId {
    return key.slice(this.#prefix.length + 1, -'}:account'.length) as AccountId;
  }

  /** Grants of an account, a field each. */
  grants(accountId: string): string {
    return `${this.#prefix}{${accountId}}:grants`;
  }

  /** Signed-in browsers of an account, a field each. */
  browsers(accountId: string): string {
    return `${this.#prefix}{${accountId}}:browsers`;
  }

  /** Grants and browsers that ended within the last hour, a field each. In the account's slot, too. */
  ended(accountId: string): string {
    return `${this.#prefix}{${accountId}}:ended`;
  }

  /** What the owner proves beside the password, a field each. In the account's slot, too. */
  factors(accountId: string): string {
    return `${this.#prefix}{${accountId}}:factors`;
  }

  /** The code by which the owner confirms what is bought by voice. In the account's slot, too. */
  voiceCode(accountId: string): string {
    return `${this.#prefix}{${accountId}}:voice-code`;
  }

  /** How often that code was tried of late, right or wrong. In the account's slot, too. */
  voiceTries(accountId: string): string {
    return `${this.#prefix}{${accountId}}:voice-tries`;
  }

  /** Browsers in which the owner is not asked for codes, a field each. In the account's slot, too. */
  trusted(accountId: string): string {
    return `${this.#prefix}{${accountId}}:trusted`;
  }

  /** Members of the household who share an account, a field each. In the account's slot, too. */
  profiles(accountId: string): string {
    return `${this.#prefix}{${accountId}}:profiles`;
  }

  /** What the owner lets apps do, a field for each app. In the account's slot, too. */
  consents(accountId: string): string {
    return `${this.#prefix}{${accountId}}:consents`;
  }

  /** Device codes that were entered in a browser of the account, by when they expire. In the account's slot, too. */
  entered(accountId: string): string {
    return `${this.#prefix}{${accountId}}:entered`;
  }

  /** What has happened to an account, a stream. In the account's slot, too. */
  activity(accountId: string): string {
    return `${this.#prefix}{${accountId}}:activity`;
  }

  /** Accounts whose owner may have to be told of something, by when it was announced. */
  get pendingAlerts(): string {
    return `${this.#prefix}{alerts}:pending`;
  }

  /** Who is owed a mail, and whose turn comes when: critical, notify, and what failed before. One slot. */
  get owedMails(): string[] {
    const names = ['owed', 'due:critical', 'due:notify', 'due:retry'];
    return names.map((name) => `${this.#prefix}{alerts}:${name}`);
  }

  /** Which turn was taken last, in the same slot: a take that is sent again gets the same. */
  get takenTurn(): string {
    return `${this.#prefix}{alerts}:taken`;
  }

  /** Accounts that are to be closed, by when. */
  get closing(): string {
    return `${this.#prefix}{closing}:due`;
  }

  /** Requests to remove a second step whose owner is to be told again, by when. */
  get recoveries(): string {
    return `${this.#prefix}{recovery}:due`;
  }

  /** Everything that stands in an account's slot, its record first; copies of what ended leave by themselves. */
  all(accountId: string): string[] {
    return [
      this.account(accountId),
      this.activity(accountId),
      this.grants(accountId),
      this.browsers(accountId),
      this.ended(accountId),
      this.factors(accountId),
      this.trusted(accountId),
      this.voiceCode(accountId),
      this.voiceTries(accountId),
      this.profiles(accountId),
      this.consents(accountId),
      this.entered(accountId),
    ];
  }

  /** A copy of `grants` or `browsers` as a sign-out of everything found it. */
  sealedCopy(key: string, copy: string): string {
    return `${key}:ended:${copy}`;
  }

  /** A record in a slot of its own: a code, a token, a pointer. */
  record(kind: string, mac: string): string {
    return `${this.#prefix}${kind}:{${mac}}`;
  }

  /** A record of which the installation has only one: signing keys, pepper. */
  single(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** What waits for visitors shares one slot, so that one script sees all of it. */
  waiting(scope: string): string {
    return `${this.#prefix}{waiting}:${scope}`;
  }

  /** Counters of live codes share one slot, so that one script sees all of them. */
  live(scope: string): string {
    return `${this.#prefix}{live}:${scope}`;
  }
}
