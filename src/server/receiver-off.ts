import { Operators } from '../admin/operators.ts';
import { ReceiverOffMails } from '../admin/receiver-off-mails.ts';
import { serviceOf } from './accounts.ts';
import type { Parts } from './parts.ts';

export type ReceiverOffParts = Pick<Parts, 'stores' | 'delivery' | 'config' | 'brand' | 'languages'>;

/** How operators hear of a receiver that this server tells nothing any more. */
export function receiverOffMails(parts: ReceiverOffParts): ReceiverOffMails {
  const { stores, delivery, config } = parts;
  return new ReceiverOffMails({
    operators: new Operators(stores),
    mail: delivery.mail,
    service: serviceOf(parts),
    hasConsole: config.admin.console,
  });
}
