import { randomFillSync } from 'node:crypto';

/** Octets that are drawn at once. */
const DRAWN = 4096;

const drawn = Buffer.alloc(DRAWN);
let at = DRAWN;

/**
 * Randomness for what every request needs: drawn for many requests at once, since a draw costs far more than its octets.
 * Each octet is given out once, and is no longer here then: nothing that this process holds tells a secret that it gave out.
 *
 * @param length at most 4096
 */
export function randomOctets(length: number): Buffer {
  if (length > DRAWN) throw new RangeError(`more than ${DRAWN} octets at once`);
  if (at + length > DRAWN) {
    randomFillSync(drawn);
    at = 0;
  }
  const next = drawn.subarray(at, at + length);
  const given = Buffer.from(next);
  next.fill(0);
  at += length;
  return given;
}
