import type { AccountId } from '../accounts/account.ts';
import { type Count, type Limiter, type Leave as LimiterLeave, orGiveBack } from '../limits/limiter.ts';
import type { LimitName } from '../limits/limits.ts';
import { networkOf } from '../net/network.ts';

interface Guesser {
  /** In its normal form; there need not be an account. */
  email: string;
  accountId: AccountId | undefined;
  address: string;
  /** Of a browser that is known for this very account. */
  knownBrowser: string | undefined;
}

interface Wait {
  outcome: 'wait';
  milliseconds: number;
  limit: LimitName;
}

type Leave =
  | Wait
  /** Evaluate; `mailOnly`: so many were wrong that a right password alone lets no unknown browser in. */
  | {
      outcome: 'evaluate';
      mailOnly: boolean;
      /**
       * The password was right: what was wrong before it is forgotten. `wait`: this was one of too many in unknown
       * browsers of this network, and signs none in; it stays counted as if it were wrong.
       */
      right: () => Promise<Wait | undefined>;
      /** The password was not evaluated after all: nothing counts. */
      unused: () => Promise<void>;
    };

/**
 * Leave to evaluate one password. Known browsers have counters of their own, so that strangers cannot use up
 * the owner's tries, from whatever network; and no number of wrong ones shuts the owner of the mailbox out.
 */
export class GuessLimits {
  readonly #limiter: Limiter;

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  async take(guesser: Guesser): Promise<Leave> {
    const leave = guesser.knownBrowser && (await this.#takeKnown(guesser, guesser.knownBrowser));
    return leave || this.#takeStranger(guesser);
  }

  /** A mailed code was right after a right password: what strangers got wrong is forgotten. */
  async forgive(guesser: Pick<Guesser, 'email' | 'address'>): Promise<void> {
    await this.#limiter.clear([strangerCount(guesser), inARowCount(guesser)]);
  }

  /** `undefined`: this browser has guessed so often that it is treated as an unknown one. */
  async #takeKnown({ accountId }: Guesser, browser: string): Promise<Leave | undefined> {
    const own: Count = ['PASSWORD_BROWSER', `${accountId}:${browser}`];
    const inARow: Count = ['PASSWORD_IN_A_ROW', `${accountId}:${browser}`];
    const leave = await this.#limiter.take([own]);
    if (leave.outcome === 'wait') return leave;
    const rowLeave = await orGiveBack(leave.giveBack, this.#limiter.take([inARow]));
    if (rowLeave.outcome === 'wait') return undefined;
    return {
      outcome: 'evaluate',
      mailOnly: false,
      right: async () => {
        await this.#limiter.clear([own, inARow]);
        return undefined;
      },
      unused: () => giveBack(leave, rowLeave),
    };
  }

  async #takeStranger(guesser: Guesser): Promise<Leave> {
    const own = strangerCount(guesser);
    const leave = await this.#limiter.take([own]);
    if (leave.outcome === 'wait') return leave;
    const shared = await orGiveBack(leave.giveBack, this.#limiter.take(sharedCounts(guesser)));
    if (shared.outcome === 'wait') {
      await leave.giveBack();
      return shared;
    }
    const inARow = inARowCount(guesser);
    const rowLeave = await orGiveBack(() => giveBack(leave, shared), this.#limiter.take([inARow]));
    /** What still counts: none of it is given back twice, or a neighbour's wrong ones would be forgotten with it. */
    let taken = [leave, shared, rowLeave];
    // The wrong guesses of others stay: an attacker may have an account of their own, whose password they know.
    const right = async () => {
      const paced = await this.#limiter.take([['PASSWORD_RIGHT', placeOf(guesser)]]);
      taken = paced.outcome === 'wait' ? [leave] : [paced];
      if (paced.outcome === 'wait') {
        await giveBack(shared, rowLeave);
        return paced;
      }
      await Promise.all([this.#limiter.clear([own, inARow]), shared.giveBack()]);
      return undefined;
    };
    const unused = () => giveBack(...taken);
    return { outcome: 'evaluate', mailOnly: rowLeave.outcome === 'wait', right, unused };
  }
}

async function giveBack(...leaves: readonly LimiterLeave[]): Promise<void> {
  await Promise.all(leaves.map((leave) => leave.outcome === 'evaluate' && leave.giveBack()));
}

function sharedCounts({ address }: Guesser): Count[] {
  return [
    ['PASSWORD_NETWORK', address],
    ['PASSWORD_ALL', address],
  ];
}

function strangerCount(guesser: Pick<Guesser, 'email' | 'address'>): Count {
  return ['PASSWORD_STRANGER', placeOf(guesser)];
}

/** An account as it is tried from one network. */
function placeOf({ email, address }: Pick<Guesser, 'email' | 'address'>): string {
  return `${email}:${networkOf(address)}`;
}

function inARowCount({ email }: Pick<Guesser, 'email'>): Count {
  return ['PASSWORD_IN_A_ROW', email];
}
