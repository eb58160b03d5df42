import type { Logger } from 'pino';
import type { Delivery } from '../mail/delivery.ts';

/** Tries the mail server while the server starts, which waits for nothing of it: one that is down is no reason not to serve. */
export function tryMailServer({ verify }: Delivery, log: Logger): void {
  void verify?.().then((failure) => {
    if (failure) log.error(failure, 'the mail server cannot be used');
    else log.info('the mail server is ready');
  });
}
