import type { Service } from '../brand/brand.ts';
import { mailReader } from '../mail/mail-reader.ts';
import type { OutgoingMail } from '../mail/outgoing-mail.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { Operators } from './operators.ts';

interface ReceiverOff {
  /** A receiver of webhooks that is `gone` or `silent`, or a stream that is. */
  readonly what: 'gone' | 'silent' | 'stream';
  readonly receiver: string;
  /** Of the console, where there is one: what can be done about it. */
  readonly page: string;
}

interface ReceiverOffMailParts {
  readonly operators: Pick<Operators, 'list'>;
  readonly mail: Pick<OutgoingMail, 'post'>;
  readonly service: Service;
  readonly hasConsole: boolean;
}

/** Operators who may do something about it hear that a receiver is told nothing any more. */
export class ReceiverOffMails {
  readonly #with: ReceiverOffMailParts;

  constructor(parts: ReceiverOffMailParts) {
    this.#with = parts;
  }

  async post({ what, receiver, page }: ReceiverOff): Promise<void> {
    const { operators, mail, service, hasConsole } = this.#with;
    const link = hasConsole ? `${service.issuer}${page}` : undefined;
    for (const { account, role } of await operators.list()) {
      if (role !== 'owner' || account.status !== 'active') continue;
      const { profile } = account;
      const facts = { ...service, what, receiver, link };
      mail.post(writeMail('receiver-off', profile.email, facts, mailReader(service, profile)));
    }
  }
}
