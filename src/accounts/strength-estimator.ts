import { join } from 'node:path';
import { Busy } from '../errors/server-busy.ts';
import { BackgroundThread } from '../runtime/background-thread.ts';
import type { Strength } from './password-strength.ts';

export interface StrengthQuestion {
  readonly password: string;
  readonly ownWords: readonly string[];
}

const PROGRAM = join(import.meta.dirname, 'strength-program.ts');

/**
 * Estimates passwords in a thread of its own: an estimate takes 10 to 40 ms of a processor, and a stranger who signs up
 * can ask for it. On the thread of the requests every owner beside them would wait for each. The thread goes when it is
 * idle, with its 60 MB of word lists; the next question waits half a second for another.
 */
export class StrengthEstimator {
  readonly #thread: BackgroundThread<StrengthQuestion, Strength>;
  #starting: Promise<Strength> | undefined;

  /** @param program what the thread runs */
  constructor(program: string | URL = PROGRAM) {
    this.#thread = new BackgroundThread(program, () => new Busy());
  }

  /**
   * Starts the thread where it is not running, which takes half a second of a processor: before the caller takes a turn
   * in the line for hashing, where owners who sign in would wait for it.
   * @throws Busy when it has ended at once
   */
  async start(): Promise<void> {
    if (!this.#thread.isRunning) this.#starting = this.#thread.ask({ password: '', ownWords: [] });
    await this.#starting;
  }

  /**
   * @param ownWords of the account and of this server
   * @throws Busy when the thread has ended before it answered
   */
  of(password: string, ownWords: readonly string[]): Promise<Strength> {
    return this.#thread.ask({ password, ownWords });
  }
}
