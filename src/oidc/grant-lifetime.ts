import { GRANT_DAYS } from './clients.ts';

/** seconds */
const DAY = 86_400;

/** The absolute life that a client sets for its grants, in seconds; it goes before that of the installation. */
export function lifetimeOfGrant(client: object): number | undefined {
  const days: unknown = (client as Record<string, unknown>)[GRANT_DAYS];
  return typeof days === 'number' ? days * DAY : undefined;
}

/** For how many days at most an access lives. @param grantSeconds of the installation */
export function longestDays(client: object, grantSeconds: number): number {
  return Math.floor((lifetimeOfGrant(client) ?? grantSeconds) / DAY);
}
