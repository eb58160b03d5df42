/** `Idempotency-Key`: a call that is sent again is done once, and hears what it would have heard. */
import { hash } from 'node:crypto';
import { asOperation } from '../runtime/operations.ts';
import { Problem } from './problem.ts';
import type { AdminAnswer } from './route.ts';
import { inTurn, type TurnRecords } from './turns.ts';

/** Sealed records, see `RecordStore`. */
interface AnswerRecords extends TurnRecords {
  find<T>(kind: string, id: string): Promise<{ payload: T } | undefined>;
  write(kind: string, id: string, payload: unknown, lifetime: number): Promise<unknown>;
}

const KEPT_MS = 24 * 3_600_000;
const ANSWER = 'AdminAnswer';
const HOLD = 'AdminHold';

interface KeptAnswer {
  readonly asked: string;
  readonly answer: AdminAnswer;
}

interface NamedCall {
  readonly clientId: string;
  readonly key: string;
  /** Digest of all that was asked. */
  readonly asked: string;
}

export class CallsOnce {
  readonly #records: AnswerRecords;
  readonly #macs: { mac(kind: string, id: string): string };

  constructor(records: AnswerRecords, macs: { mac(kind: string, id: string): string }) {
    this.#records = records;
    this.#macs = macs;
  }

  /**
   * Its changes of the store are the same operations each time: where a server died between a change and its answer, the
   * same call finds the change made.
   * @throws Problem where the key was another call's, or the call is being done
   */
  async once({ clientId, key, asked }: NamedCall, work: () => Promise<AdminAnswer>): Promise<AdminAnswer> {
    const name = `${clientId} ${key}`;
    const before = await this.#kept(name, asked);
    if (before) return before;
    const answered = await inTurn(this.#records, [HOLD, name], async () => {
      // It may have been answered between the two looks.
      const meanwhile = await this.#kept(name, asked);
      if (meanwhile) return meanwhile;
      const operation = hash('sha256', `${name} ${asked}`);
      const answer = await asOperation(operation, this.#seedOf(operation), work);
      await this.#records.write(ANSWER, name, { asked, answer } satisfies KeptAnswer, KEPT_MS);
      return answer;
    });
    if (!answered) throw new Problem('in-progress', { headers: { 'Retry-After': '1' } });
    return answered;
  }

  /** Each HMAC has 192 bits. */
  #seedOf(operation: string): string {
    return ['one', 'two'].map((half) => this.#macs.mac(`admin-operation-${half}`, operation)).join('.');
  }

  async #kept(name: string, asked: string): Promise<AdminAnswer | undefined> {
    const kept = (await this.#records.find<KeptAnswer>(ANSWER, name))?.payload;
    if (kept && kept.asked !== asked) throw new Problem('idempotency-key-reused');
    return kept?.answer;
  }
}
