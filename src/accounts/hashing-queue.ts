import { Busy } from '../errors/server-busy.ts';
import { FairLine, type LinePlace } from '../limits/fair-line.ts';
import { networkOf } from '../net/network.ts';

/** For whom something is hashed. */
export interface HashingCaller {
  /** IP address of the client. */
  readonly address: string;
  /** The account, or the email that was typed: there need not be an account. */
  readonly account: string;
  /** The owner is signed in, is known by this browser, or came by a link from the mailbox. */
  readonly known: boolean;
}

/** `prompt`: as fast as requests are answered; `yielding`: with what they leave of the processors. */
export type HashingManner = 'prompt' | 'yielding';

interface Waiting {
  go(): void;
  leave(): void;
}

/** Of so many turns, one is an unknown browser's where both kinds wait. */
const TURNS = 4;

/**
 * Runs a bounded number of hashes at once and lets a bounded number wait, so that a flood of sign-ins costs
 * a known amount of memory and everything else on this server keeps its pace. Known browsers wait in a line of
 * their own and have three of four turns. In the line of known browsers accounts take turns; in the other one networks,
 * and the accounts of a network. The caller that has hashed least of late goes first. A known browser whose account
 * has hashed less than others on average waits for none of them: one hash more may run for it, and yields to nothing.
 */
export class HashingQueue {
  readonly #atOnce: number;
  readonly #known: FairLine<Waiting>;
  readonly #unknown: FairLine<Waiting>;
  #running = 0;
  #runsOneMore = false;
  #turn = 0;

  /** @param mostWaiting in each of the two lines */
  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#known = new FairLine(mostWaiting);
    this.#unknown = new FairLine(mostWaiting);
  }

  /** @throws Busy when too many wait already, and no other caller holds more of the line than this one would */
  async run<T>(caller: HashingCaller, hash: (manner: HashingManner) => Promise<T>): Promise<T> {
    const line = caller.known ? this.#known : this.#unknown;
    const place = placeOf(caller);
    if (caller.known && this.#takesOneMore(place)) {
      try {
        return await hash('prompt');
      } finally {
        this.#runsOneMore = false;
      }
    }
    await this.#wait(line, place);
    try {
      return await hash('yielding');
    } finally {
      this.#next();
    }
  }

  #takesOneMore(place: LinePlace): boolean {
    const asksSeldom = this.#known.turnsOf(place.network) < this.#known.averageTurns;
    if (this.#runsOneMore || !asksSeldom) return false;
    this.#runsOneMore = true;
    this.#known.countTurn(place);
    return true;
  }

  async #wait(line: FairLine<Waiting>, place: LinePlace): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running += 1;
      line.countTurn(place);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      line.add(place, { go: resolve, leave: () => reject(new Busy()) })?.leave();
    });
  }

  /** A turn passes straight to the next in line, so that no newcomer slips in between. */
  #next(): void {
    this.#turn = (this.#turn + 1) % TURNS;
    const lines = this.#turn === 0 ? [this.#unknown, this.#known] : [this.#known, this.#unknown];
    const next = lines[0]?.next() ?? lines[1]?.next();
    if (next) next.go();
    else this.#running -= 1;
  }
}

/** An account that is known stands for itself, wherever it comes from: an attacker with many networks has few of them. */
function placeOf({ address, account, known }: HashingCaller): LinePlace {
  return { network: known ? account : networkOf(address), account };
}
