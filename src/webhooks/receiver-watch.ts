import type { Delivered } from '../notices/delivered.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import type { ReceiverState, ReceiverStates } from './receiver-states.ts';

/** Milliseconds: so late a server hears that another one, or the operator, has switched a receiver. */
const LOOK_PAUSE = 1000;
/** Milliseconds between two notes that a receiver takes what it is told. */
const NOTE_PAUSE = 5000;
/** Milliseconds that a receiver may take nothing before it is off. */
const SILENCE = 3 * 86_400_000;

interface ReceiverWatchSettings {
  readonly states: ReceiverStates;
  /** Hears that a receiver is off from now on. */
  readonly onOff: (id: string, reason: string) => void;
  /** Hears what the store did not take. */
  readonly onFailure: (error: unknown) => void;
}

/** Which receivers are off, as this server knows, and what it notes of its tries. */
export class ReceiverWatch {
  readonly #with: ReceiverWatchSettings;
  #known: ReadonlyMap<string, ReceiverState> = new Map();
  readonly #noted = new Map<string, number>();
  readonly #looking: IntervalTask;

  constructor(settings: ReceiverWatchSettings) {
    this.#with = settings;
    this.#looking = new IntervalTask(
      async () => {
        this.#known = await settings.states.all();
      },
      LOOK_PAUSE,
      settings.onFailure,
    );
  }

  /** Before the first is told. */
  async begin(): Promise<void> {
    this.#known = await this.#with.states.all();
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

  /** One that answers well is not written of each time. */
  async note(id: string, tried: Delivered): Promise<void> {
    const { states, onOff } = this.#with;
    if (tried.outcome === 'off') return;
    if (tried.outcome === 'sent') {
      const isNoted = Date.now() - (this.#noted.get(id) ?? 0) < NOTE_PAUSE;
      if (isNoted && this.#known.get(id)?.failing === undefined) return;
      this.#noted.set(id, Date.now());
      await states.note(id, 'taken', '', SILENCE);
      return;
    }
    this.#noted.delete(id);
    const outcome = tried.outcome === 'refused' ? 'gone' : 'failed';
    if (!(await states.note(id, outcome, tried.reason, SILENCE))) return;
    this.#known = await states.all();
    onOff(id, tried.reason);
  }

  async stop(): Promise<void> {
    await this.#looking.stop();
  }
}
