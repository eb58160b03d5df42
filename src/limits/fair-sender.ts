import { FairLine, type LinePlace } from './fair-line.ts';
import { type PlaceSettings, Places } from './places.ts';

interface FairSenderSettings<T> extends PlaceSettings {
  /** So many wait at most. */
  readonly capacity: number;
  /** Never rejects: it tells of its failures itself. */
  readonly send: (item: T) => Promise<void>;
  /** Hears of what had to leave a full line. */
  readonly onDropped: (item: T) => void;
}

/** Sends what no request waits for, in turn between networks and accounts: one that asks for many holds up its own. */
export class FairSender<T> {
  readonly #settings: FairSenderSettings<T>;
  readonly #line: FairLine<T>;
  readonly #places: Places;
  readonly #underWay = new Set<Promise<void>>();

  constructor(settings: FairSenderSettings<T>) {
    this.#settings = settings;
    this.#line = new FairLine(settings.capacity);
    this.#places = new Places(settings, () => this.#fill());
  }

  post(place: LinePlace, item: T): void {
    const dropped = this.#line.add(place, item);
    if (dropped !== undefined) this.#settings.onDropped(dropped);
    this.#fill();
  }

  /** Resolves when everything posted so far has been sent or has failed. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #fill(): void {
    while (this.#places.isFree) {
      const item = this.#line.next();
      if (item === undefined) return;
      const sending = this.#places
        .run(() => this.#settings.send(item))
        .finally(() => this.#underWay.delete(sending));
      this.#underWay.add(sending);
    }
  }
}
