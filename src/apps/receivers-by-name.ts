import type { AppNames } from './app-ends.ts';
import type { LogoutReceiver } from './logout-receiver.ts';

/** The receivers that there are now, by each of the names that their client may be written under. */
export class ReceiversByName {
  readonly #receivers: () => readonly LogoutReceiver[];
  readonly #names: AppNames;
  #from: readonly LogoutReceiver[] = [];
  #byName: ReadonlyMap<string, LogoutReceiver> = new Map();

  /** @param receivers tells the same array for as long as they are the same */
  constructor(receivers: () => readonly LogoutReceiver[], names: AppNames) {
    this.#receivers = receivers;
    this.#names = names;
  }

  /** The same map for as long as they are the same. */
  get now(): ReadonlyMap<string, LogoutReceiver> {
    const receivers = this.#receivers();
    if (receivers === this.#from) return this.#byName;
    this.#from = receivers;
    this.#byName = new Map(
      receivers.flatMap((receiver) =>
        this.#names.namesOf(receiver.clientId).map((name) => [name, receiver] as const),
      ),
    );
    return this.#byName;
  }
}
