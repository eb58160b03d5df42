/** Makes new signing keys and ends old ones, in the one ring that all servers of an installation share. */
import type { KeyTimes } from '../config/key-times.ts';
import {
  type KeyRing,
  type KeyStatus,
  publishedKeys,
  type RingKey,
  statusOf,
  successorDue,
  tidied,
} from './key-ring.ts';
import {
  ALGORITHMS,
  makeSigningKey,
  type PrivateKey,
  type SigningAlgorithm,
  type SigningKeys,
} from './signing-keys.ts';

/** The ring as it was read. */
interface ReadRing {
  readonly value: KeyRing;
  readonly version: string;
  /** By the store's clock. */
  readonly now: number;
}

export interface KeyRingStore {
  /** Makes it, where there is none; exactly one maker wins. */
  openOrMake(make: (now: number) => Promise<KeyRing>): Promise<ReadRing>;
  read(): Promise<ReadRing>;
  /** Of several replacements of one version exactly one gets `true`. */
  replace(version: string, ring: KeyRing): Promise<boolean>;
}

export type KeyMaker = (alg: SigningAlgorithm) => Promise<PrivateKey>;

interface KeyRotationSettings {
  readonly store: KeyRingStore;
  readonly times: KeyTimes;
  /** Those that are rotated; the others stay as they are. */
  readonly algorithms?: readonly SigningAlgorithm[];
  readonly make?: KeyMaker;
}

/** What a server goes by until it looks again. */
export interface KeysNow {
  readonly published: SigningKeys;
  readonly status: readonly KeyStatus[];
  /** By the store's clock. */
  readonly now: number;
}

/** `waiting`: there was a new key already. */
interface Rotated {
  readonly outcome: 'rotated' | 'waiting';
  readonly status: readonly KeyStatus[];
}

/** Of two that change the ring at once, the later one looks again; so many times, then it is no coincidence. */
const TRIES = 10;

export class KeyRotation {
  readonly #store: KeyRingStore;
  readonly #times: KeyTimes;
  readonly #algorithms: readonly SigningAlgorithm[];
  readonly #make: KeyMaker;

  constructor({ store, times, algorithms = ALGORITHMS, make = makeSigningKey }: KeyRotationSettings) {
    this.#store = store;
    this.#times = times;
    this.#algorithms = algorithms;
    this.#make = make;
  }

  /**
   * What a server starts with; the first one makes it.
   * @throws StoreUnavailable, SealedWithAnotherSecret
   */
  async open(): Promise<KeysNow> {
    return this.#shown(
      await this.#store.openOrMake(async (now) => ({ keys: await this.#made(ALGORITHMS, () => now, now) })),
    );
  }

  /**
   * Nothing is changed.
   * @throws StoreUnavailable, SealedWithAnotherSecret
   */
  async status(): Promise<KeysNow> {
    return this.#shown(await this.#store.read());
  }

  /**
   * What every server does again and again: makes a successor of a key whose time is near, erases what has ended, and
   * hears what others have done.
   * @throws StoreUnavailable, SealedWithAnotherSecret
   */
  async look(): Promise<KeysNow> {
    const read = await this.#store.read();
    const { value: ring, version, now } = read;
    const due = this.#algorithms.flatMap((alg) => {
      const signs = successorDue(ring, alg, now, this.#times);
      return signs === undefined ? [] : [{ alg, signs }];
    });
    const left = tidied(ring, now, this.#times);
    if (due.length === 0 && isSame(left, ring)) return this.#shown(read);
    const signsFrom = new Map(due.map(({ alg, signs }) => [alg, signs]));
    const made = await this.#made([...signsFrom.keys()], (alg) => signsFrom.get(alg) ?? now, now);
    await this.#store.replace(version, { keys: [...left.keys, ...made] });
    return this.#shown(await this.#store.read());
  }

  /**
   * A new key, which signs when it has been published for long enough; until then a second one changes nothing.
   * @throws StoreUnavailable: whether it was made is not known; it then does no harm
   */
  async rotate(): Promise<Rotated> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { value, version, now } = await this.#store.read();
      const ring = tidied(value, now, this.#times);
      const status = statusOf(ring, now, this.#times);
      if (status.some(({ state }) => state === 'waiting')) return { outcome: 'waiting', status };
      const made = await this.#made(this.#algorithms, () => now + this.#times.lead, now);
      const keys = [...ring.keys, ...made];
      if (await this.#store.replace(version, { keys })) {
        return { outcome: 'rotated', status: statusOf({ keys }, now, this.#times) };
      }
    }
    throw new TooManyRotations();
  }

  /**
   * Ends every key that there is, in whatever state, at once: for a leak. What they signed no longer verifies.
   * @throws StoreUnavailable: whether they have ended is not known
   */
  async endAll(): Promise<Rotated> {
    const leaked = new Set((await this.#store.read()).value.keys.map(({ kid }) => kid));
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { value, version, now } = await this.#store.read();
      // Another operator has ended them meanwhile.
      if (!value.keys.some(({ kid }) => leaked.has(kid))) {
        return { outcome: 'rotated', status: statusOf(value, now, this.#times) };
      }
      const keys = await this.#made(ALGORITHMS, () => now, now);
      if (await this.#store.replace(version, { keys })) {
        return { outcome: 'rotated', status: statusOf({ keys }, now, this.#times) };
      }
    }
    throw new TooManyRotations();
  }

  async #made(
    algorithms: readonly SigningAlgorithm[],
    signs: (alg: SigningAlgorithm) => number,
    now: number,
  ): Promise<RingKey[]> {
    return Promise.all(
      algorithms.map(async (alg) => ({ ...(await this.#make(alg)), made: now, signs: signs(alg) })),
    );
  }

  #shown({ value, now }: ReadRing): KeysNow {
    return {
      published: publishedKeys(value, now, this.#times),
      status: statusOf(value, now, this.#times),
      now,
    };
  }
}

/** Other servers change the signing keys faster than this one can write its change. */
class TooManyRotations extends Error {
  override readonly message = 'the signing keys change faster than they can be rotated';
}

function isSame(one: KeyRing, other: KeyRing): boolean {
  const namesOf = ({ keys }: KeyRing) => keys.map(({ kid, signs }) => `${kid} ${signs}`).sort();
  return namesOf(one).join() === namesOf(other).join();
}
