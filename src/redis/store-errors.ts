/**
 * Tells a store that cannot serve apart from a mistake of ours in talking to it.
 */

const CONNECTION_LOST =
  /^(Connection is closed|Stream isn't writeable|Cluster isn't ready|Reached the max retries per request|Failed to refresh slots cache|None of startup nodes)/;
/** It answers, and makes no change: a replica, memory or disk full, too few replicas, a right that was taken away. */
const NO_CHANGES = /^(READONLY|OOM|MISCONF|NOREPLICAS|NOPERM)/;
const REFUSED_FOR_NOW =
  /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|UNBLOCKED|BUSY|NOAUTH|WRONGPASS|ERR max number of clients reached|Too many Cluster redirections)/;

/** It was not answered for a reason that may be over: the same command may be sent again. */
export class SendAgain extends Error {}

/** The master has made the change, or may have, and not so many replicas have it in time. */
export class TooFewReplicas extends Error {
  constructor(reached: number, needed: number) {
    super(`${reached} of ${needed} replicas have it`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/** The reply, if there was one, did not arrive: the same command may be sent again. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof SendAgain) return true;
  const code = (error as NodeJS.ErrnoException).code;
  return (
    CONNECTION_LOST.test(textOf(error)) ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ENOENT'].includes(code ?? '')
  );
}

/** Any failure that is the store's and not ours: callers hear 503. */
export function isStoreError(error: unknown): boolean {
  return (
    isConnectionLoss(error) ||
    error instanceof TooFewReplicas ||
    textOf(error) === 'Command timed out' ||
    REFUSED_FOR_NOW.test(textOf(error)) ||
    refusesChanges(error)
  );
}

/** The store can be read, and nothing changes until an operator has done something. */
export function refusesChanges(error: unknown): boolean {
  return NO_CHANGES.test(textOf(error));
}

/** The store has not run this script since it was started, and has not done so now. */
export function isUnknownScript(error: unknown): boolean {
  return textOf(error).startsWith('NOSCRIPT');
}
