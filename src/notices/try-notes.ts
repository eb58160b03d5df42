import type { ReceiverStates } from './receiver-states.ts';

/** Milliseconds between two notes that a receiver takes what it is told. */
const NOTE_PAUSE = 5000;
/** Milliseconds that a receiver may take nothing before it is off. */
const SILENCE = 3 * 86_400_000;
/** Receivers of which this server remembers when it noted them last: more than there are. */
const MAX_NOTED = 1000;

/** What a server notes of its tries. One that answers well is not written of each time. */
export class TryNotes {
  readonly #states: Pick<ReceiverStates, 'note'>;
  readonly #noted = new Map<string, number>();

  constructor(states: Pick<ReceiverStates, 'note'>) {
    this.#states = states;
  }

  /** @param hasFailed the newest try before, as far as is known here */
  async taken(id: string, hasFailed = false): Promise<void> {
    if (!hasFailed && Date.now() - (this.#noted.get(id) ?? 0) < NOTE_PAUSE) return;
    if (this.#noted.size >= MAX_NOTED) this.#noted.clear();
    this.#noted.set(id, Date.now());
    await this.#states.note(id, 'taken', '', SILENCE);
  }

  /** @returns whether this has switched it off */
  async missed(id: string, outcome: 'failed' | 'gone', reason: string): Promise<boolean> {
    this.#noted.delete(id);
    return this.#states.note(id, outcome, reason, SILENCE);
  }
}
