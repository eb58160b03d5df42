/**
 * Which key signs when. A key is published before its first use, so that apps that keep the key set know it by then; it
 * signs until its successor does, and stays published until the last token that it signed is out.
 *
 * | state | published | signs |
 * | --- | --- | --- |
 * | waiting | yes | no |
 * | signing | yes | yes: one for each algorithm |
 * | retired | yes | no |
 * | ended | no; erased by the next server that looks | no |
 *
 * All of it follows from the ring and the time of the store, so that every server comes to the same.
 */
import type { KeyTimes } from '../config/key-times.ts';
import type { PrivateKey, SigningKeys } from './signing-keys.ts';

/** Times are milliseconds of the store's clock. */
export interface RingKey extends PrivateKey {
  /** When it was made; absent where it was made before keys were rotated. */
  readonly made?: number;
  /** From when on it signs; absent: ever since. */
  readonly signs?: number;
}

/** As it stands in the store. */
export interface KeyRing {
  readonly keys: readonly RingKey[];
}

type KeyState = 'waiting' | 'signing' | 'retired' | 'ended';

export interface KeyStatus {
  readonly key: RingKey;
  readonly state: KeyState;
  /** From when on it signs; 0: ever since. */
  readonly signs: number;
  /** When it is published no longer, where that is known. */
  readonly ends: number | undefined;
}

const ORDER: readonly KeyState[] = ['signing', 'waiting', 'retired', 'ended'];

/** Every key of the ring, those that sign first. */
export function statusOf({ keys }: KeyRing, now: number, { keep }: Pick<KeyTimes, 'keep'>): KeyStatus[] {
  const algorithms = [...new Set(keys.map(({ alg }) => alg))];
  return algorithms
    .flatMap((alg) =>
      statusOfEach(
        keys.filter((key) => key.alg === alg),
        now,
        keep,
      ),
    )
    .sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
}

/** @param keys of one algorithm */
function statusOfEach(keys: readonly RingKey[], now: number, keep: number): KeyStatus[] {
  const inTurn = [...keys].sort((one, other) => signsOf(one) - signsOf(other));
  // Where the clock has gone back behind all of them, something has to sign.
  const signing = Math.max(
    inTurn.findLastIndex((key) => signsOf(key) <= now),
    0,
  );
  return inTurn.map((key, index) => {
    const successor = inTurn[index + 1];
    const ends = successor && signsOf(successor) + keep;
    return { key, state: stateOf(index, signing, ends, now), signs: signsOf(key), ends };
  });
}

function stateOf(index: number, signing: number, ends: number | undefined, now: number): KeyState {
  if (index > signing) return 'waiting';
  if (index === signing) return 'signing';
  return ends !== undefined && ends <= now ? 'ended' : 'retired';
}

/** For the protocol library, which signs with the first that fits. */
export function publishedKeys(ring: KeyRing, now: number, times: Pick<KeyTimes, 'keep'>): SigningKeys {
  const published = statusOf(ring, now, times).filter(({ state }) => state !== 'ended');
  return { keys: published.map(({ key: { made: _made, signs: _signs, ...jwk } }) => jwk) };
}

/** When a successor of the newest key of this algorithm signs, if it is time to make one. */
export function successorDue(
  { keys }: KeyRing,
  alg: string,
  now: number,
  { age, lead }: KeyTimes,
): number | undefined {
  if (age === 0) return undefined;
  const newest = Math.max(...keys.filter((key) => key.alg === alg).map(signsOf));
  return newest + age - lead <= now ? Math.max(newest + age, now + lead) : undefined;
}

/**
 * Without those that have ended. A key that waits for longer than it could have been told to was made while the clock
 * was ahead, and no key would ever follow it: it waits anew.
 */
export function tidied(ring: KeyRing, now: number, times: KeyTimes): KeyRing {
  const kept = statusOf(ring, now, times).filter(({ state }) => state !== 'ended');
  const latest = now + times.lead;
  return {
    keys: kept.map(({ key, state, signs }) =>
      state === 'waiting' && signs > latest ? { ...key, signs: latest } : key,
    ),
  };
}

function signsOf({ signs = 0 }: RingKey): number {
  return signs;
}
