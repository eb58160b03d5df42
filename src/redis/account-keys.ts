/** The keys of one account, all in its slot; each is put together when it is asked for. README.md is the table in words. */
export class AccountKeys {
  readonly #slot: string;

  constructor(prefix: string, accountId: string) {
    this.#slot = `${prefix}{${accountId}}:`;
  }

  /** Record of the account: status, epoch, sealed profile. */
  get account(): string {
    return `${this.#slot}account`;
  }

  /** What has happened to the account, a stream. */
  get activity(): string {
    return `${this.#slot}activity`;
  }

  /** Grants, a field each. */
  get grants(): string {
    return `${this.#slot}grants`;
  }

  /** Signed-in browsers, a field each. */
  get browsers(): string {
    return `${this.#slot}browsers`;
  }

  /** Grants and browsers that ended within the last hour, a field each. */
  get ended(): string {
    return `${this.#slot}ended`;
  }

  /** What the owner proves beside the password, a field each. */
  get factors(): string {
    return `${this.#slot}factors`;
  }

  /** Browsers in which the owner is not asked for codes, a field each. */
  get trusted(): string {
    return `${this.#slot}trusted`;
  }

  /** The code by which the owner confirms what is bought by voice. */
  get voiceCode(): string {
    return `${this.#slot}voice-code`;
  }

  /** How often that code was tried of late, right or wrong. */
  get voiceTries(): string {
    return `${this.#slot}voice-tries`;
  }

  /** How much may be bought by voice, and how much was today. */
  get voiceLimits(): string {
    return `${this.#slot}voice-limits`;
  }

  /** What was bought by voice of late, a field for each purchase. */
  get voicePurchases(): string {
    return `${this.#slot}voice-purchases`;
  }

  /** Members of the household who share the account, a field each. */
  get profiles(): string {
    return `${this.#slot}profiles`;
  }

  /** What the owner lets apps do, a field for each app. */
  get consents(): string {
    return `${this.#slot}consents`;
  }

  /** Device codes that were entered in a browser of the account, by when they expire. */
  get entered(): string {
    return `${this.#slot}entered`;
  }

  /** What one opaque access token says. @param name HMAC of the token */
  accessToken(name: string): string {
    return `${this.#slot}access-token:${name}`;
  }

  /** By which the owner links machines without a screen, a field each. */
  get linkKeys(): string {
    return `${this.#slot}link-keys`;
  }

  /** Who may sign in from other providers, a field each. */
  get upstream(): string {
    return `${this.#slot}upstream`;
  }

  /** Ends that apps have not heard of yet, a stream. */
  get notices(): string {
    return `${this.#slot}notices`;
  }
}

/** The same, with the snapshots that a sign-out of everything leaves of what it ended. */
export class EndingKeys extends AccountKeys {
  readonly #copy: string;

  /** @param copy names the snapshots of one sign-out */
  constructor(prefix: string, accountId: string, copy: string) {
    super(prefix, accountId);
    this.#copy = copy;
  }

  get grantsSnapshot(): string {
    return `${this.grants}:ended:${this.#copy}`;
  }

  get browsersSnapshot(): string {
    return `${this.browsers}:ended:${this.#copy}`;
  }

  get trustedSnapshot(): string {
    return `${this.trusted}:ended:${this.#copy}`;
  }
}
