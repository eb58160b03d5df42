import { randomBytes } from 'node:crypto';
import type { Credentials } from './account.ts';
import { COST } from './passwords.ts';

/**
 * Credentials that no password fits, in place of a password that the owner did not set: a digest that was drawn at
 * random. It has the form and the cost of any other one, so that a try takes as long.
 */
export function unusableCredentials(): Credentials {
  const { memoryCost, timeCost, parallelism } = COST;
  const cost = `m=${memoryCost},t=${timeCost},p=${parallelism}`;
  return { passwordHash: `$argon2id$v=19$${cost}$${drawn(16)}$${drawn(32)}` };
}

/** Base64 without padding, as the PHC form has it. */
const drawn = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
