import { GRACE_PERIOD } from '../account-changes/closing.ts';
import type { Service } from '../brand/brand.ts';
import { quoteInMail } from '../devices/claimed-words.ts';
import { formatUserAgent } from '../devices/user-agent.ts';
import type { EventPlace } from '../events/event.ts';
import type { ActivityEntry } from '../events/event-store.ts';
import type { Mail } from '../mail/mail.ts';
import { writeMail } from '../mail/write-mail.ts';
import type { Reader } from '../words/reader.ts';
import { appOf, formatName, generalTitle, placeWords, severityOf } from './event-labels.ts';
import { effectOf, REMEDIES, remedyFor } from './remedies.ts';

const HOUR = 3_600_000;

interface AlertMailSettings {
  readonly service: Service;
  /** The owner: in their language, and their time. */
  readonly reader: Reader;
  /** Where the owner who did not expect this event can undo it without signing in. */
  readonly dispute: (entryId: string) => string;
  /** Events after this entry are no longer kept, since so many came after them. */
  readonly droppedAfter?: string | undefined;
}

/**
 * What the owner is told of one event, or of several that came fast: what, when, from where, and what to do about
 * each, the most severe first, and of those the newest. What is no longer kept may have been anything, so it is told as the
 * most severe, with the strongest remedy.
 * @param entries at least one, or some that were dropped
 */
export function alertMail(to: string, entries: readonly ActivityEntry[], settings: AlertMailSettings): Mail {
  const { service, reader, dispute, droppedAfter } = settings;
  const ordered = [...entries].reverse().sort((one, other) => rank(one) - rank(other));
  const dropped = droppedAfter ?? (ordered.length === 0 ? '0-0' : undefined);
  const facts = {
    ...service,
    droppedDispute: dropped === undefined ? undefined : dispute(dropped),
    events: ordered.map((entry) => ({ ...factsOf(reader, entry), dispute: dispute(entry.id) })),
  };
  const mail = writeMail('alert', to, facts, reader);
  return { ...mail, listId: `alerts.${new URL(service.issuer).hostname}` };
}

const rank = ({ event }: ActivityEntry) => (severityOf(event.kind) === 'critical' ? 0 : 1);

/** Words that a stranger may have chosen are quoted and made inert here. */
function factsOf(reader: Reader, entry: ActivityEntry) {
  const { event } = entry;
  const app = appOf(reader, entry);
  const opensAt = opensAtOf(entry);
  return {
    kind: event.kind,
    title: generalTitle(reader, event.kind),
    // Where "It wasn't me" has nothing to take back, there is no such button.
    hasRemedy: REMEDIES[event.kind] !== 'nothing',
    effect: effectOf(remedyFor(entry, [])),
    at: reader.moment(new Date(entry.at)),
    opensAt: opensAt === undefined ? undefined : reader.moment(opensAt),
    closesAt: event.kind === 'closing-asked' ? reader.moment(new Date(entry.at + GRACE_PERIOD)) : undefined,
    isOfDevice: event.subject?.type === 'device',
    name: formatName(reader, entry, quoteInMail),
    app: app === undefined ? undefined : quoteInMail(reader, app),
    from: event.place && placeInMail(reader, event.place),
  };
}

/** From when on a second step that is lost can be removed. */
function opensAtOf({ at, event }: ActivityEntry): Date | undefined {
  const { opensAt, hours } = event.details ?? {};
  if (typeof opensAt === 'number') return new Date(opensAt);
  return event.kind === 'recovery-asked' && typeof hours === 'number'
    ? new Date(at + hours * HOUR)
    : undefined;
}

/** What a program says of itself is unchecked, and its user may serve pages at the address that is shown. */
function placeInMail(reader: Reader, { address, userAgent }: EventPlace): string {
  const program = formatUserAgent(reader, userAgent);
  const quoted = program === undefined ? undefined : quoteInMail(reader, program);
  return placeWords(reader, quoted, address, address.replaceAll('.', '·'));
}
