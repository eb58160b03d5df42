/** Which processes serve on one store, and by which files: what differs between them is seen without asking each. */
import { randomUUID } from 'node:crypto';
import { IntervalTask } from '../runtime/interval-task.ts';

/** What one process says of itself. */
export interface RunningServer {
  readonly version: string;
  readonly commit: string;
  /** The newest form of the store that it knows. */
  readonly format: number;
  /** SHA-256 of the clients file that it uses. */
  readonly clientsSha: string;
  /** When it said so, milliseconds since 1970. */
  readonly at: number;
}

export interface RunningServerStore {
  /** @param id of the process */
  tell(id: string, server: RunningServer): Promise<void>;
  /** Twice is once. */
  forget(ids: readonly string[]): Promise<void>;
  all(): Promise<ReadonlyMap<string, RunningServer>>;
}

const PAUSE_MS = 60_000;
/** One that has said nothing for so long has ended without a word. */
const SILENT_MS = 150_000;

/** Those that serve now. */
export async function runningServers(
  store: Pick<RunningServerStore, 'all'>,
  now: number,
): Promise<RunningServer[]> {
  return [...(await store.all()).values()].filter(({ at }) => at > now - SILENT_MS);
}

/** Says of this process that it runs. What could not be said is said the next time. */
export class OwnTelling {
  readonly #id = randomUUID();
  readonly #store: RunningServerStore;
  readonly #read: () => RunningServer;
  readonly #task: IntervalTask;
  #first: Promise<unknown>;

  /** @param read as it is now */
  constructor(store: RunningServerStore, read: () => RunningServer) {
    this.#store = store;
    this.#read = read;
    const ignored = () => undefined;
    this.#first = this.#begin().catch(ignored);
    this.#task = new IntervalTask(() => this.now(), PAUSE_MS, ignored);
  }

  /** Since it has changed. */
  async now(): Promise<void> {
    await this.#store.tell(this.#id, this.#read());
  }

  async stop(): Promise<void> {
    await Promise.all([this.#first, this.#task.stop()]);
    await this.#store.forget([this.#id]).catch(() => undefined);
  }

  /** With those forgotten that have ended without a word. */
  async #begin(): Promise<void> {
    await this.now();
    const { at } = this.#read();
    const silent = [...(await this.#store.all())].filter(([, server]) => server.at <= at - SILENT_MS);
    await this.#store.forget(silent.map(([id]) => id));
  }
}
