import type { Logger } from 'pino';
import { describeError } from './error-description.ts';

interface Process {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
}

/**
 * An error that no code has caught is a mistake of ours. It is logged, and the process goes on: a request that finds
 * such a mistake must not end the service for all owners (ASVS 16.5.4). No state is lost by that: every change of
 * the store is one script, and the server keeps nothing that a request could leave half done.
 */
export function surviveErrors(emitter: Process, log: Pick<Logger, 'fatal'>): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    emitter.on(event, (error) =>
      log.fatal({ event, error: describeError(error) }, 'an error that nobody caught'),
    );
  }
}
