/** Of the connections that may be held; where more are, no device's is kept for a next request, … */
const CROWDED = 1 / 2;
/** … and where more than so many are, no person's. */
const FULL = 3 / 4;
/** Beyond those that may be held so many more are taken, of these one of so many: devices are told to come again, people served. */
const TOLD = 8;
/** Turns of the event loop in a row in which connections are taken and nothing that waits is begun. */
const TURNS = 32;

/**
 * The connections of a server, and whether more are coming this moment. Node.js takes one new connection in each turn of its event
 * loop, however many wait (libuv since 1.45). Were requests begun in each turn too, connections would be taken no faster than
 * requests are served: after a power cut they would wait with the system until their devices have given up, and
 * no device would be told when to come again.
 */
export class Connections {
  /** Beyond so many a connection is closed unheard; those beyond the ones that may be held serve people alone. */
  readonly most: number;
  readonly #max: number;
  #held = 0;
  #hasCome = false;
  #isWaiting = false;

  /** @param max held at once; who comes beyond them is told to come again */
  constructor(max = Number.POSITIVE_INFINITY) {
    this.#max = max;
    this.most = max + Math.ceil(max / TOLD);
  }

  /**
   * Whether one is kept for a next request. An owner's is, for longer: while thousands of devices come, a new one waits with the system
   * for half a minute, and each page would need one.
   */
  keeps(isForProgram: () => boolean): boolean {
    if (this.#held <= this.#max * CROWDED) return true;
    return this.#held <= this.#max * FULL && !isForProgram();
  }

  /** No request of a device is served. */
  get areTooMany(): boolean {
    return this.#held > this.#max;
  }

  /** More may be coming: what is begun now would keep them waiting. */
  get areComing(): boolean {
    return this.#isWaiting && this.#hasCome;
  }

  taken(): void {
    this.#held += 1;
    this.#hasCome = true;
  }

  closed(): void {
    this.#held -= 1;
  }

  /** Calls back after a turn of the event loop in which none has come, or after some turns. */
  afterThem(then: () => void, turns = TURNS): void {
    this.#isWaiting = true;
    setImmediate(() => {
      if (this.#hasCome && turns > 0) {
        this.#hasCome = false;
        return this.afterThem(then, turns - 1);
      }
      this.#isWaiting = false;
      then();
    });
  }
}
