import type { Logger } from 'pino';
import { describeError } from '../errors/error-description.ts';

/** For work that is done again soon: its failure is told, and no more. */
export const warnOf = (log: Pick<Logger, 'warn'>, message: string) => (error: unknown) =>
  log.warn({ error: describeError(error) }, message);
