import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { Egress } from '../net/egress.ts';
import type { Mailer } from './mail.ts';
import type { MailFailure } from './mail-failure.ts';
import { Outbox } from './outbox.ts';
import { OutboxTexts } from './outbox-texts.ts';
import { type MailFailed, OutgoingMail } from './outgoing-mail.ts';
import { SmtpMailer } from './smtp-mailer.ts';
import type { TextMessages } from './text-message.ts';
import { TextWebhook } from './text-webhook.ts';

/** How long a server that stops waits for mails under way, in milliseconds. */
const TIMEOUT = 5000;

export interface Delivery {
  mail: OutgoingMail;
  /** For a caller that waits until a mail has been taken over, and tries again. */
  mailer: Mailer;
  /** Where mails wait that are not sent: development without a mail server. */
  outbox: Outbox | undefined;
  /** Whether texts wait there as well: development without a gateway. */
  textsInOutbox: boolean;
  /** `undefined`: no text message can be sent, since no gateway is set. */
  texts: TextMessages | undefined;
  /** Hands over what is under way, as far as the mail server takes it, and lets go of it. */
  close(): Promise<void>;
  /** Whether the mail server lets us in, by trying; absent where no mail leaves this machine. */
  verify?(): Promise<MailFailure | undefined>;
}

interface DeliverySettings
  extends Pick<Config, 'issuer' | 'mailServer' | 'smsWebhookUrl' | 'mailFrom' | 'dataDir' | 'egress'> {
  /** The name of the brand. */
  readonly product: string;
}

/**
 * @param onReady hears whether the mail server takes mails, each time that this shows
 * @param replacement takes all mails in place of the mail server and the outbox
 */
export function createDelivery(
  config: DeliverySettings,
  onFailure: MailFailed,
  onReady: (ready: boolean) => void = () => {},
  replacement?: Mailer,
): Delivery {
  const from = config.mailFrom ?? `"${config.product}" <no-reply@${new URL(config.issuer).hostname}>`;
  const smtp =
    config.mailServer && !replacement ? new SmtpMailer(config.mailServer, from, onReady) : undefined;
  const outbox = smtp || replacement ? undefined : new Outbox(join(config.dataDir, 'outbox'), from);
  const mailer = replacement ?? smtp ?? outbox;
  if (!mailer) throw new TypeError('no way to send mail');
  const mail = new OutgoingMail(mailer, onFailure);
  const webhook =
    config.smsWebhookUrl &&
    new TextWebhook(config.smsWebhookUrl, new Egress(config.egress), ({ reason }) =>
      onFailure({ mail: 'text message', reason }),
    );
  return {
    ...(smtp && { verify: () => smtp.verify() }),
    mail,
    mailer,
    outbox,
    textsInOutbox: outbox !== undefined && !webhook,
    texts: webhook ?? (outbox && new OutboxTexts(mail)),
    close: async () => {
      const timeout = Promise.withResolvers<void>();
      const timer = setTimeout(timeout.resolve, TIMEOUT);
      await Promise.race([Promise.all([mail.settled(), webhook?.settled()]), timeout.promise]);
      clearTimeout(timer);
      await smtp?.close();
    },
  };
}
