import { networkOf } from '../devices/network.ts';
import type { AccountId } from './account.ts';
import type { AttemptStore, GuessPace } from './attempt-store.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How fast passwords may be guessed, by who guesses. */
export interface SignInPaces {
  /** A browser in which the owner has signed in before. */
  knownBrowser: GuessPace;
  /** Unknown browsers of one network, for one account. */
  stranger: GuessPace;
  /** Unknown browsers of one network, for all accounts, within an hour: an office is more than one person. */
  network: GuessPace;
  /** In a row for one account (NIST SP 800-63B-4, 3.2.2: at most 100). */
  inARow: GuessPace;
}

export const SIGN_IN_PACES: SignInPaces = {
  knownBrowser: { free: 5, firstDelay: 2 * SECOND, highestDelay: 5 * MINUTE, memory: DAY },
  stranger: { free: 5, firstDelay: 2 * SECOND, highestDelay: 15 * MINUTE, memory: DAY },
  network: { free: 500, firstDelay: SECOND, highestDelay: MINUTE, memory: HOUR },
  inARow: { free: 100, firstDelay: 30 * DAY, highestDelay: 30 * DAY, memory: 30 * DAY },
};

export interface Guesser {
  /** In its normal form; there need not be an account. */
  email: string;
  accountId: AccountId | undefined;
  address: string;
  /** Of a browser that is known for this very account. */
  knownBrowser: string | undefined;
}

export type Leave =
  | { outcome: 'wait'; milliseconds: number }
  /** Evaluate; `mailOnly`: so many were wrong that a right password alone lets no unknown browser in. */
  | {
      outcome: 'evaluate';
      mailOnly: boolean;
      right: () => Promise<void>;
      /** The password was not evaluated after all: nothing counts. */
      unused: () => Promise<void>;
    };

/**
 * Leave to evaluate one password. Known browsers have counters of their own, so that strangers cannot use up
 * the owner's tries, from whatever network; and no number of wrong ones shuts the owner of the mailbox out.
 */
export class GuessLimits {
  readonly #attempts: AttemptStore;
  readonly #paces: SignInPaces;
  readonly #now: () => number;

  constructor(attempts: AttemptStore, paces: SignInPaces = SIGN_IN_PACES, now: () => number = Date.now) {
    this.#attempts = attempts;
    this.#paces = paces;
    this.#now = now;
  }

  async take(guesser: Guesser): Promise<Leave> {
    const leave = guesser.knownBrowser && (await this.#takeKnown(guesser, guesser.knownBrowser));
    return leave || this.#takeStranger(guesser);
  }

  /** A mailed code was right after a right password: what strangers got wrong is forgotten. */
  async forgive(guesser: Pick<Guesser, 'email' | 'address'>): Promise<void> {
    await this.#clear([strangerCounter(guesser), inARowCounter(guesser)]);
  }

  /** `undefined`: this browser has guessed so often that it is treated as an unknown one. */
  async #takeKnown(guesser: Guesser, browser: string): Promise<Leave | undefined> {
    const own = `password:browser:${guesser.accountId}:${browser}`;
    const inARow = `${own}:in-a-row`;
    const milliseconds = await this.#attempts.take(own, this.#paces.knownBrowser);
    if (milliseconds > 0) return { outcome: 'wait', milliseconds };
    if ((await this.#attempts.take(inARow, this.#paces.inARow)) > 0) return undefined;
    return {
      outcome: 'evaluate',
      mailOnly: false,
      right: () => this.#clear([own, inARow]),
      unused: () => this.#giveBack([own, inARow]),
    };
  }

  async #takeStranger(guesser: Guesser): Promise<Leave> {
    const own = strangerCounter(guesser);
    const network = `password:network:${networkOf(guesser.address)}:${Math.floor(this.#now() / HOUR)}`;
    const wait = await this.#attempts.take(own, this.#paces.stranger);
    if (wait > 0) return { outcome: 'wait', milliseconds: wait };
    const networkWait = await this.#attempts.take(network, this.#paces.network);
    if (networkWait > 0) {
      await this.#attempts.giveBack(own);
      return { outcome: 'wait', milliseconds: networkWait };
    }
    const inARow = inARowCounter(guesser);
    const mailOnly = (await this.#attempts.take(inARow, this.#paces.inARow)) > 0;
    // The network's other wrong guesses stay: anybody may have one account whose password they know.
    const right = async () => {
      await Promise.all([this.#clear([own, inARow]), this.#attempts.giveBack(network)]);
    };
    const unused = () => this.#giveBack(mailOnly ? [own, network] : [own, network, inARow]);
    return { outcome: 'evaluate', mailOnly, right, unused };
  }

  async #giveBack(counters: string[]): Promise<void> {
    await Promise.all(counters.map((counter) => this.#attempts.giveBack(counter)));
  }

  async #clear(counters: string[]): Promise<void> {
    await Promise.all(counters.map((counter) => this.#attempts.clear(counter)));
  }
}

function strangerCounter({ email, address }: Pick<Guesser, 'email' | 'address'>): string {
  return `password:stranger:${email}:${networkOf(address)}`;
}

function inARowCounter({ email }: Pick<Guesser, 'email'>): string {
  return `password:in-a-row:${email}`;
}
