import { Worker } from 'node:worker_threads';

export interface Numbered<T> {
  readonly number: number;
  readonly content: T;
}

/** `error` is the message of what the work threw. */
export type Answered<T> = Numbered<T> | { readonly number: number; readonly error: string };

/** What the thread hears of when it starts. */
export interface ThreadManner {
  /** It has what the thread of the requests leaves of the processors. */
  readonly yields: boolean;
}

interface Waiting<T> {
  resolve(answer: T): void;
  reject(error: Error): void;
}

/** Milliseconds. A thread without work goes, with its memory; the next question waits until another has started. */
const IDLE = 60_000;

/**
 * A thread that answers questions one after the other, at a lower priority than the thread of the requests where it is
 * to yield and the platform allows it. It starts with the first question, goes when it has had none for a while, and keeps no process alive.
 */
export class BackgroundThread<Question, Answer> {
  readonly #program: string | URL;
  readonly #ended: () => Error;
  readonly #manner: ThreadManner;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  /**
   * @param program what the thread runs; it calls `answerQuestions`
   * @param ended the error for those who wait when the thread ends before it has answered
   */
  constructor(program: string | URL, ended: () => Error, manner: ThreadManner = { yields: true }) {
    this.#program = program;
    this.#ended = ended;
    this.#manner = manner;
  }

  /** Or starting. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** How many questions wait for an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  ask(content: Question): Promise<Answer> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#asked += 1;
    const question: Numbered<Question> = { number: this.#asked, content };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.number, { resolve, reject });
      this.#worker?.postMessage(question);
    });
  }

  #start(): Worker {
    // Flags of this process, such as those of a profiler or a test runner, are not the thread's.
    const worker = new Worker(this.#program, { execArgv: [], workerData: this.#manner });
    worker.on('message', (answer: Answered<Answer>) => {
      const waiting = this.#waiting.get(answer.number);
      this.#waiting.delete(answer.number);
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.content);
      if (this.#waiting.size === 0) this.#rest(worker);
    });
    // The end follows, and tells those who wait.
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#end(worker));
    return worker;
  }

  #rest(worker: Worker): void {
    worker.unref();
    this.#idle = setTimeout(() => {
      this.#worker = undefined;
      void worker.terminate();
    }, IDLE).unref();
  }

  #end(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(this.#ended());
    this.#waiting.clear();
  }
}
