import type { Logger } from 'pino';
import type { Service } from '../brand/brand.ts';
import type { Config } from '../config/config.ts';
import { createDelivery } from '../mail/delivery.ts';
import type { Mail } from '../mail/mail.ts';

interface OperatorMail {
  /** `false` when the mail could not be handed over. */
  send(mail: Mail): Promise<boolean>;
  close(): Promise<void>;
}

/** Mail of the operator's tool, which says of each whether it was handed over. */
export function operatorMail(config: Config, { product }: Service, log: Logger): OperatorMail {
  let failed = false;
  const delivery = createDelivery({ ...config, product }, (failure) => {
    log.error(failure, 'a mail could not be sent');
    failed = true;
  });
  return {
    send: async (mail) => {
      failed = false;
      delivery.mail.post(mail);
      await delivery.mail.settled();
      return !failed;
    },
    close: () => delivery.close(),
  };
}
