import { quoteInMail } from '../devices/claimed-words.ts';
import { formatUserAgent } from '../devices/user-agent.ts';
import type { EventKind, EventPlace } from '../events/event.ts';
import type { ActivityEntry } from '../events/event-store.ts';
import type { Email, LetterSection } from '../mail/email.ts';
import { claimedName, formatUtc, generalTitle, severityOf } from './event-labels.ts';
import { REMEDIES } from './remedies.ts';

export interface EmailSettings {
  readonly issuer: string;
  /** Where the owner who did not expect this event can undo it without signing in. */
  readonly dispute: (entryId: string) => string;
  /** Events after this entry are no longer kept, since so many came after them. */
  readonly droppedAfter?: string | undefined;
}

/**
 * What the owner is told of one event, or of several that came fast: what, when, from where, and what to do about
 * each, the most severe first, and of those the newest. Subject and headings are words of ours alone; words of devices and other strangers
 * stand among the facts, quoted.
 * @param entries at least one, or some that were dropped
 */
export function alertEmail(entries: readonly ActivityEntry[], settings: EmailSettings): Email {
  const ordered = [...entries].reverse().sort((one, other) => rank(one) - rank(other));
  const [newest] = ordered;
  if (settings.droppedAfter !== undefined || !newest) return droppedEmail(ordered, settings);
  const first = generalTitle(newest.event.kind);
  const others = ordered.length - 1;
  const more = others === 0 ? '' : `, and ${others === 1 ? 'one more event' : `${others} more events`}`;
  return {
    subject: first + more,
    heading: others === 0 ? first : `${ordered.length} events in your account`,
    sections: ordered.map((entry) => sectionOf(entry, settings, others > 0)),
    footnote: footnoteOf(settings, ordered.some(hasRemedy)),
  };
}

/** Whether "It wasn't me" has anything to take back; where it has not, there is no such button. */
const hasRemedy = ({ event }: ActivityEntry) => REMEDIES[event.kind] !== 'nothing';

const DROPPED = 'More happened in your account than we can list';

/** What is no longer kept may have been anything, so it is told as the most severe, with the strongest remedy. */
function droppedEmail(entries: readonly ActivityEntry[], settings: EmailSettings): Email {
  const dropped: LetterSection = {
    heading: DROPPED,
    facts: [],
    paragraphs: [
      'So much happened in your account within a short time that the oldest of it is no longer kept. That is what somebody would do who wants to hide something.',
      'If that was not you, say so now, which signs everybody out:',
    ],
    action: { words: 'It wasn’t me', address: settings.dispute(settings.droppedAfter ?? '0-0') },
  };
  return {
    subject: DROPPED,
    heading: 'Events in your account',
    sections: [dropped, ...entries.map((entry) => sectionOf(entry, settings, true))],
    footnote: footnoteOf(settings, true),
  };
}

const footnoteOf = ({ issuer }: EmailSettings, hasButtons: boolean) =>
  `You get this mail because you have a Latchkey account on ${issuer}.${hasButtons ? ' A button works once, for 7 days; it can only take access away.' : ''}`;

const rank = ({ event }: ActivityEntry) => (severityOf(event.kind) === 'critical' ? 0 : 1);

function sectionOf(entry: ActivityEntry, { dispute }: EmailSettings, isOneOfMany: boolean): LetterSection {
  const { event, device } = entry;
  const app = typeof device?.['app'] === 'string' ? device['app'] : undefined;
  const name = claimedName(entry);
  const opensAt = event.details?.['opensAt'];
  return {
    ...(isOneOfMany && { heading: generalTitle(event.kind) }),
    facts: [
      ['When', formatUtc(new Date(entry.at))],
      ...(typeof opensAt === 'number' ? ([['Possible from', formatUtc(new Date(opensAt))]] as const) : []),
      ...(name === undefined ? [] : ([[nameLabel(event.subject?.type), quoteInMail(name)]] as const)),
      ...(app ? ([['App', quoteInMail(app)]] as const) : []),
      ...(event.place ? ([['From', placeInMail(event.place)]] as const) : []),
    ],
    paragraphs: adviceOn(event.kind),
    ...(hasRemedy(entry) && { action: { words: 'It wasn’t me', address: dispute(entry.id) } }),
  };
}

const nameLabel = (type: string | undefined) => (type === 'device' ? 'It calls itself' : 'Name');

/** Nobody has checked what a program says of itself, and an address is one at which its user may serve pages. */
function placeInMail({ address, userAgent }: EventPlace): string {
  const program = formatUserAgent(userAgent);
  const inert = address.replaceAll('.', '·');
  return program === undefined ? inert : `${quoteInMail(program)}, ${inert}`;
}

/** Of events with nothing to take back: the operator did it, or what was gained has ended already. */
function adviceWithoutButton(kind: EventKind): string {
  if (kind === 'account-disabled' || kind === 'account-enabled')
    return 'The people who run this server did it. If you do not know why, ask them.';
  if (kind === 'sign-in-refused')
    return 'The password was wrong, so nobody got in: there is nothing to take back.';
  const again = kind.startsWith('app-') ? 'sign in with it again' : 'link it again';
  return `Its key has ended already, for whoever has it: there is nothing to take back. If it is yours, ${again}.`;
}

function adviceOn(kind: EventKind): string[] {
  if (REMEDIES[kind] === 'nothing') return [adviceWithoutButton(kind)];
  if (kind !== 'recovery-soon' && kind !== 'recovery-open')
    return ['If that was you, there is nothing to do.', 'If it was not, say so now:'];
  return [
    'Somebody who knows your password said that they can’t do the second step any more, and asked for this.',
    kind === 'recovery-soon'
      ? 'If that was you, sign in with your password then, and go on there. If you have found your phone or a backup code meanwhile, sign in with it now, and everything stays as it is.'
      : 'If that was you, sign in with your password, and go on there.',
    'If it was not, say so now, which stops it:',
  ];
}
