import { randomBytes } from 'node:crypto';

/**
 * Names that no other process, and no other call of this one, will ever give: for requests and operations. They
 * can be foreseen, so they are never secrets; they cost a fraction of fresh randomness for each.
 */
export function uniqueNames(): () => string {
  const prefix = randomBytes(9).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}${count.toString(36)}`;
  };
}
