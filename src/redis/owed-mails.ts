import type { NextTimes, OwedMail, OwedMailStore, TurnOf, Urgency } from '../alerts/owed-mails.ts';
import type { StoreContext } from './store-context.ts';

/** A server that is alive renews its hold far more often. */
const HOLD_MS = 20_000;
/** Even something critical does not have a mailbox that just failed tried more often than this. */
const CRITICAL_RETRY_MS = 10_000;
/** As `takeTurn` counts its keys. */
const KINDS: Readonly<Record<TurnOf, number>> = { critical: 2, notify: 3, retry: 4 };

/** A hash and three sorted sets in one slot. */
export class RedisOwedMails implements OwedMailStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async owe(
    receiver: string,
    { urgency, notBefore = 0, sealed = '' }: { urgency: Urgency; notBefore?: number; sealed?: string },
  ): Promise<void> {
    await this.#change('oweMail', [receiver, urgency, notBefore, sealed, CRITICAL_RETRY_MS]);
  }

  async take(kinds: readonly TurnOf[]): Promise<OwedMail | undefined> {
    const order = [0, 1, 2].map((index) => {
      const kind = kinds[index];
      return kind === undefined ? 0 : KINDS[kind];
    });
    const taken = (await this.#change('takeTurn', [...order, HOLD_MS])) as [
      string?,
      string?,
      number?,
      string?,
    ];
    const [receiver, sealed = '', tries = 0, hold = ''] = taken;
    return receiver === undefined ? undefined : { receiver, sealed, tries, hold };
  }

  async keep({ receiver, hold }: OwedMail): Promise<void> {
    await this.#change('keepTurn', [receiver, hold, HOLD_MS]);
  }

  async end(
    { receiver, hold }: OwedMail,
    left?: { urgency: Urgency | undefined; next: NextTimes },
  ): Promise<void> {
    const { critical, notify } = left?.next ?? { critical: 0, notify: 0 };
    await this.#change('endTurn', [receiver, hold, left?.urgency ?? '', critical, notify]);
  }

  async fail({ receiver, hold }: OwedMail, pause: number): Promise<void> {
    await this.#change('failTurn', [receiver, hold, pause, CRITICAL_RETRY_MS]);
  }

  async count(): Promise<number> {
    const { scripts, keyspace } = this.#context;
    return scripts.plain('counting owed mails', (redis) => redis.hlen(keyspace.owedMails.owed));
  }

  #change(script: 'oweMail' | 'takeTurn' | 'keepTurn' | 'endTurn' | 'failTurn', args: (string | number)[]) {
    const { scripts, keyspace } = this.#context;
    return scripts.change(script, keyspace.owedMails, args);
  }
}
