import type { ActivityEntry } from './activity-store.ts';
import type { EventKind } from './event.ts';
import { placeInWords, subjectInWords, titleOf, utcInWords } from './event-words.ts';
import type { Letter } from './letter.ts';

export interface LetterSettings {
  readonly issuer: string;
  /** Where whoever did not expect this can undo it without signing in. */
  readonly notMe: string;
}

/** What the owner is told of an event: what, when, from where, and what to do about it. */
export function alertLetter(entry: ActivityEntry, { issuer, notMe }: LetterSettings): Letter {
  const { event, device } = entry;
  const app = typeof device?.['app'] === 'string' ? device['app'] : undefined;
  const title = titleOf(event.kind, subjectInWords(entry));
  const opensAt = event.details?.['opensAt'];
  return {
    subject: title,
    heading: title,
    facts: [
      ['When', utcInWords(new Date(entry.at))],
      ...(typeof opensAt === 'number' ? ([['Possible from', utcInWords(new Date(opensAt))]] as const) : []),
      ...(app ? ([['App', app]] as const) : []),
      ...(event.place ? ([['From', placeInWords(event.place)]] as const) : []),
    ],
    paragraphs: adviceOn(event.kind),
    action: { words: 'It wasn’t me', address: notMe },
    footnote: `You get this mail because you have a Latchkey account on ${issuer}. The button works once, for 7 days; it can only take access away.`,
  };
}

function adviceOn(kind: EventKind): string[] {
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
