import { z } from 'zod';

/** RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all. */
const address = z
  .email()
  .max(254)
  .refine((email) => email.indexOf('@') <= 64);

/**
 * The one form of an email address that names an account: compatible characters folded, lower case, no space
 * around it. `undefined` when it is no address. Mail goes to this form too, so the person who confirms a code reads
 * the mailbox that the account will belong to.
 */
export function normalizeEmail(typed: string): string | undefined {
  if (typed.length > 1000) return undefined;
  const parsed = address.safeParse(typed.normalize('NFKC').trim().toLowerCase());
  return parsed.success ? parsed.data : undefined;
}
