import { randomBytes } from 'node:crypto';
import type { Sealing } from '../accounts/sealing.ts';

const PLACE = 'passkey-challenge';
const USED = 'PasskeyChallenge';
/** 256 bit; ASVS 6.7.2 asks for 64. */
const BYTES = 32;
const LIFETIME_MS = 5 * 60_000;

/** Marks that last for a while. When several callers set the same mark, only the first is told `true`. */
export interface UsedMarks {
  /** @param lifetime of the mark, milliseconds; `true` for exactly one caller */
  claim(kind: string, id: string, lifetime: number): Promise<boolean>;
}

interface Sealed {
  challenge: string;
  /** What it was issued for: signing in, or adding a passkey in one signed-in browser. */
  purpose: string;
  /** milliseconds since 1970 */
  until: number;
}

/**
 * Challenges that authenticators sign: each is good for one answer, for 5 minutes, for what it was issued for. The
 * page holds it sealed, so that asking costs the store nothing; a right answer does.
 */
export class PasskeyChallenges {
  readonly #sealing: Sealing;
  readonly #marks: UsedMarks;
  readonly #now: () => number;

  constructor(sealing: Sealing, marks: UsedMarks, now: () => number = Date.now) {
    this.#sealing = sealing;
    this.#marks = marks;
    this.#now = now;
  }

  issue(purpose: string): { challenge: string; sealed: string } {
    const challenge = randomBytes(BYTES).toString('base64url');
    const until = this.#now() + LIFETIME_MS;
    return { challenge, sealed: this.#sealing.seal(PLACE, { challenge, purpose, until } satisfies Sealed) };
  }

  /** The challenge that has to be signed; whether an answer to it was accepted before is for `use` to say. */
  read(sealed: string, purpose: string): string | undefined {
    const opened = this.#sealing.open<Sealed>(PLACE, sealed);
    return opened?.purpose === purpose && opened.until > this.#now() ? opened.challenge : undefined;
  }

  /** `true` for exactly one caller. To be asked about signed challenges alone: each one leaves a mark in the store. */
  use(challenge: string): Promise<boolean> {
    return this.#marks.claim(USED, challenge, 2 * LIFETIME_MS);
  }
}
