import type { AccountId } from '../accounts/account.ts';
import type { Service } from '../brand/brand.ts';
import type { EventKind } from '../events/event.ts';
import type { ActivityEntry } from '../events/event-store.ts';
import type { Count, Limiter } from '../limits/limiter.ts';
import type { TextCountries } from '../limits/text-countries.ts';
import type { TextMessages } from '../mail/text-message.ts';
import { writeText } from '../mail/write-mail.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import type { Reader } from '../words/reader.ts';
import { severityOf } from './event-labels.ts';

export interface AlertTextsDependencies {
  readonly service: Service;
  /** `undefined`: no text message can be sent. */
  readonly texts: TextMessages | undefined;
  readonly textCountries: TextCountries;
  readonly limiter: Pick<Limiter, 'take'>;
  readonly factors: Pick<FactorStore, 'list'>;
}

/** Critical events that an attacker in the account could make many of, so that others got no text any more. */
const MINOR: readonly EventKind[] = [
  'alerts-changed',
  'voice-code-set',
  'voice-limits-changed',
  'link-key-made',
  'device-replayed',
  'app-replayed',
  'signed-out-everything',
];

/**
 * The most severe alerts, to the phone as well: an attacker who took over the mailbox does not have it. Sent once the
 * mail is, as far as the limits on texts allow: where they do not, the mail is what the owner gets.
 */
export class AlertTexts {
  readonly #with: AlertTextsDependencies;

  constructor(dependencies: AlertTextsDependencies) {
    this.#with = dependencies;
  }

  /**
   * @param told what the mail told of
   * @param title words of ours alone, in the language of the reader
   */
  async send(
    accountId: AccountId,
    told: readonly ActivityEntry[],
    title: string,
    reader: Reader,
  ): Promise<void> {
    const { factors, texts, textCountries, limiter, service } = this.#with;
    const phone = texts && (await factors.list(accountId)).find((factor) => factor.kind === 'phone');
    if (!phone || !textCountries.allows(phone.number)) return;
    const leave = await limiter.take(countsOf(accountId, phone.number, told));
    if (leave.outcome === 'wait') return;
    const text = writeText('alert', { title, ...service }, reader);
    texts.post({ to: phone.number, text, account: accountId });
  }
}

function countsOf(accountId: AccountId, number: string, told: readonly ActivityEntry[]): Count[] {
  const critical = told.filter(({ event }) => severityOf(event.kind) === 'critical');
  const isMinor = critical.length > 0 && critical.every(({ event }) => MINOR.includes(event.kind));
  // What came without a request shares the whole as a network of its own would.
  const address = critical.findLast(({ event }) => event.place)?.event.place?.address;
  return [
    ...(isMinor ? ([['TEXT_ALERT_MINOR', accountId]] as const) : []),
    ['TEXT_ALERT_NUMBER', number],
    ['TEXT_ALERT_ACCOUNT', accountId],
    ...(address === undefined ? [] : ([['TEXT_ALERT_NETWORK', address]] as const)),
    ['TEXT_ALERT_ALL', address ?? accountId],
  ];
}
