import { type PlaceSettings, Places } from '../limits/places.ts';
import { type MailFailure, mailFailureOf } from '../mail/mail-failure.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import type { LeftToTell } from './alert-delivery.ts';
import type { OwedMail, OwedMailStore, TurnOf } from './owed-mails.ts';

const SECOND = 1000;
/** Tries of one mail: with the pauses below, for about nine hours. */
const MAX_TRIES = 60;
const MAX_PAUSE = 600 * SECOND;
/** Milliseconds between looks for a turn that has come. */
const LOOK_PAUSE = 200;
/** Milliseconds after which a turn that is still held is held on. */
const KEEP_PAUSE = 7 * SECOND;

/** Mails of one server under way. A receiver to whom a mail failed before takes a slow place only. */
const PLACES: PlaceSettings = { places: 4, slowAfter: 2 * SECOND, slowPlaces: 4 };
/** What is critical goes first, but every fourth turn is first of all for the others, whom it cannot starve. */
const ORDER: readonly (readonly TurnOf[])[] = [
  ['critical', 'notify'],
  ['critical', 'notify'],
  ['critical', 'notify'],
  ['notify', 'critical'],
];

interface AlertTurnsSettings {
  readonly store: OwedMailStore;
  /** Sends what the receiver is owed; rejects where it should be tried again. */
  readonly send: (owed: OwedMail) => Promise<LeftToTell | undefined>;
  /** Lets go of what could not be sent after so many tries. */
  readonly giveUp: (owed: OwedMail) => Promise<LeftToTell | undefined>;
  readonly onFailure: (failure: MailFailure & { tries: number; last: boolean }) => void;
}

/** Sends what is owed, one mail for each receiver at a time, in turn. */
export class AlertTurns {
  readonly #with: AlertTurnsSettings;
  readonly #places: Places;
  readonly #looking: IntervalTask;
  readonly #underWay = new Set<Promise<void>>();
  #filling: Promise<void> | undefined;
  #stopped = false;
  #turns = 0;

  constructor(settings: AlertTurnsSettings) {
    this.#with = settings;
    this.#places = new Places(PLACES, () => void this.#fill());
    this.#looking = new IntervalTask(
      () => this.#fill(),
      LOOK_PAUSE,
      () => undefined,
    );
  }

  /** Takes no more turns; resolves when the mails under way are sent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#looking.stop();
    await this.#filling;
    await Promise.all(this.#underWay);
  }

  /** One at a time, since a free place is counted before it is taken. */
  #fill(): Promise<void> {
    this.#filling ??= this.#takeTurns()
      .catch((error: unknown) => this.#with.onFailure({ ...mailFailureOf(error), tries: 0, last: false }))
      .finally(() => {
        this.#filling = undefined;
      });
    return this.#filling;
  }

  async #takeTurns(): Promise<void> {
    while (this.#places.isFree && (await this.#takeTurn(ORDER[this.#turns % ORDER.length] ?? [], false)))
      this.#turns += 1;
    while (this.#places.isSlowFree && (await this.#takeTurn(['retry'], true)));
  }

  async #takeTurn(kinds: readonly TurnOf[], isSlow: boolean): Promise<boolean> {
    if (this.#stopped) return false;
    const owed = await this.#with.store.take(kinds);
    if (!owed) return false;
    const sending = this.#places
      .run(() => this.#serve(owed), isSlow)
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
    return true;
  }

  /** Where the store fails on the way, the turn comes again by itself. */
  async #serve(owed: OwedMail): Promise<void> {
    const { store, send } = this.#with;
    const failed = (error: unknown) =>
      this.#with.onFailure({ ...mailFailureOf(error), tries: owed.tries, last: false });
    const keeping = setInterval(() => void store.keep(owed).catch(failed), KEEP_PAUSE);
    try {
      await store.end(owed, await send(owed));
    } catch (error) {
      await this.#failed(owed, error).catch(failed);
    } finally {
      clearInterval(keeping);
    }
  }

  async #failed(owed: OwedMail, error: unknown): Promise<void> {
    const { store, giveUp, onFailure } = this.#with;
    const tries = owed.tries + 1;
    const last = tries >= MAX_TRIES;
    onFailure({ ...mailFailureOf(error), tries, last });
    if (last) await store.end(owed, await giveUp(owed));
    else await store.fail(owed, Math.min(SECOND * 2 ** owed.tries, MAX_PAUSE));
  }
}
