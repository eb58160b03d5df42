import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Busy } from '../errors/server-busy.ts';
import type { Strength } from './password-strength.ts';

export interface StrengthQuestion {
  readonly number: number;
  readonly password: string;
  readonly ownWords: readonly string[];
}

export interface StrengthAnswer {
  readonly number: number;
  readonly strength: Strength;
}

interface Waiting {
  resolve(strength: Strength): void;
  reject(error: Error): void;
}

const PROGRAM = join(import.meta.dirname, 'strength-program.ts');
/** Milliseconds. A thread without work goes, with its 60 MB of word lists; the next question waits half a second for another. */
const IDLE = 60_000;

/**
 * Estimates passwords in a thread of its own: an estimate takes 10 to 40 ms of a processor, and a stranger who signs up
 * can ask for it. On the thread of the requests every owner beside them would wait for each.
 */
export class StrengthEstimator {
  readonly #waiting = new Map<number, Waiting>();
  readonly #program: string | URL;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  /** @param program what the thread runs */
  constructor(program: string | URL = PROGRAM) {
    this.#program = program;
  }

  /**
   * @param ownWords of the account and of this server
   * @throws Busy when the thread has ended before it answered
   */
  of(password: string, ownWords: readonly string[]): Promise<Strength> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#asked += 1;
    const question: StrengthQuestion = { number: this.#asked, password, ownWords };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.number, { resolve, reject });
      this.#worker?.postMessage(question);
    });
  }

  #start(): Worker {
    // Flags of this process, such as those of a profiler or a test runner, are not the thread's.
    const worker = new Worker(this.#program, { execArgv: [] });
    worker.on('message', ({ number, strength }: StrengthAnswer) => {
      this.#waiting.get(number)?.resolve(strength);
      this.#waiting.delete(number);
      if (this.#waiting.size === 0) this.#rest(worker);
    });
    // The end follows, and tells who waits.
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#ended(worker));
    return worker;
  }

  /** Keeps no process alive meanwhile. */
  #rest(worker: Worker): void {
    worker.unref();
    this.#idle = setTimeout(() => {
      this.#worker = undefined;
      void worker.terminate();
    }, IDLE).unref();
  }

  #ended(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Busy());
    this.#waiting.clear();
  }
}
