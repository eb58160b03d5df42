import type { ProcessFigures } from '../audit/metrics.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** This process as `node:cluster` shows it to itself. */
interface OwnWorker {
  readonly id: number;
  on(event: 'message', listener: (message: ToWorker) => void): unknown;
  send(message: FromWorker, sent?: () => void): unknown;
}

/** A worker's line to the process that started it. */
export class WorkerLink {
  readonly id: number;
  readonly #own: OwnWorker;
  readonly #stopping = new AbortController();
  readonly #retired = Promise.withResolvers<void>();
  readonly #questions = new Map<number, (text: string) => void>();
  #asked = 0;
  #figures: (() => Promise<ProcessFigures>) | undefined;
  #reload: (() => void) | undefined;

  constructor(own: OwnWorker) {
    this.#own = own;
    this.id = own.id;
    own.on('message', (message) => this.#hear(message));
  }

  /** Aborted when the service is to end. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Resolves when another worker has come in the place of this one. */
  get retired(): Promise<void> {
    return this.#retired.promise;
  }

  /** @param reload is called whenever the clients file is to be read anew */
  onReload(reload: () => void): void {
    this.#reload = reload;
  }

  /** @param figures of this process, read whenever they are asked for */
  giveFigures(figures: () => Promise<ProcessFigures>): void {
    this.#figures = figures;
  }

  /** Of all workers, as text. */
  figuresOfAll(): Promise<string> {
    this.#asked += 1;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#questions.set(this.#asked, resolve);
    this.#own.send({ question: this.#asked });
    return promise;
  }

  /** Tells what was counted until now; resolves when it is said. */
  async tellFigures(): Promise<void> {
    const figures = await this.#figures?.();
    if (figures) await new Promise<void>((resolve) => this.#own.send({ figures }, resolve));
  }

  #hear(message: ToWorker): void {
    if ('answer' in message) {
      this.#questions.get(message.answer)?.(message.text);
      this.#questions.delete(message.answer);
    } else if (message.order === 'stop') this.#stopping.abort();
    else if (message.order === 'retire') this.#retired.resolve();
    else if (message.order === 'reload') this.#reload?.();
    else void this.tellFigures();
  }
}
