import { IntervalTask } from '../runtime/interval-task.ts';
import type { Delivered } from './delivered.ts';
import type { ReceiverState, ReceiverStates } from './receiver-states.ts';
import { TryNotes } from './try-notes.ts';

/** Milliseconds: so late a server hears that another one, or the operator, has switched a receiver. */
const LOOK_PAUSE = 1000;

interface ReceiverWatchSettings {
  readonly states: Pick<ReceiverStates, 'all' | 'note'>;
  /** Whether a receiver that will never take one notice takes no other one either. */
  readonly isGoneWhenRefused: boolean;
  /** Hears that a receiver is off from now on. */
  readonly onOff: (id: string, reason: string) => void | Promise<void>;
  /** Hears what the store did not take. */
  readonly onFailure: (error: unknown) => void;
}

/** Which receivers are off, as this server knows, and what it notes of its tries. */
export class ReceiverWatch {
  readonly #with: ReceiverWatchSettings;
  #known: ReadonlyMap<string, ReceiverState> = new Map();
  readonly #notes: TryNotes;
  readonly #looking: IntervalTask;

  constructor(settings: ReceiverWatchSettings) {
    this.#with = settings;
    this.#notes = new TryNotes(settings.states);
    this.#looking = new IntervalTask(() => this.begin(), LOOK_PAUSE, settings.onFailure);
  }

  /** Before the first is told. */
  async begin(): Promise<void> {
    this.#known = await this.#with.states.all();
  }

  /** Those that were ever tried or switched, as this server knows. */
  get ids(): readonly string[] {
    return [...this.#known.keys()];
  }

  isOff(id: string): boolean {
    return this.#known.get(id)?.off !== undefined;
  }

  /** One that was off may have been switched on just now, and be sent what it has missed: that is not given up again. */
  async isStillOff(id: string): Promise<boolean> {
    if (!this.isOff(id)) return false;
    this.#known = await this.#with.states.all();
    return this.isOff(id);
  }

  async note(id: string, tried: Delivered): Promise<void> {
    if (tried.outcome === 'off') return;
    if (tried.outcome === 'sent') return this.#notes.taken(id, this.#known.get(id)?.failing !== undefined);
    const isGone = tried.outcome === 'refused' && this.#with.isGoneWhenRefused;
    if (!(await this.#notes.missed(id, isGone ? 'gone' : 'failed', tried.reason))) return;
    await this.begin();
    await this.#with.onOff(id, tried.reason);
  }

  async stop(): Promise<void> {
    await this.#looking.stop();
  }
}
