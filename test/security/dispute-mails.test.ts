/** The mail about every kind of event: "It wasn't me" stands in it where there is something to take back, and only there. */
import { describe, expect, it } from '@jest/globals';
import { alertMail } from '../../src/alerts/alert-mail.ts';
import { effectOf, REMEDIES } from '../../src/alerts/remedies.ts';
import { EVENT_KINDS, type EventKind } from '../../src/events/event.ts';
import type { ActivityEntry } from '../../src/events/event-store.ts';
import { ENGLISH } from '../../src/words/reader.ts';
import { serviceAt } from '../support/service.ts';

const entryOf = (kind: EventKind, id = '1-0'): ActivityEntry => ({
  id,
  at: 1_700_000_000_000,
  event: { kind, by: 'stranger', subject: { type: 'device', id: 'tv', name: 'TV' } },
  device: undefined,
});

const SETTINGS = {
  reader: ENGLISH,
  service: serviceAt('https://link.example.net'),
  dispute: (id: string) => `https://link.example.net/not-me/${id}`,
};

function mailAbout(...entries: ActivityEntry[]): { text: string; html: string } {
  const { text, html = '' } = alertMail('ada@example.org', entries, SETTINGS);
  return { text, html };
}

const buttons = (mail: string) => [...mail.matchAll(/\/not-me\/([\d-]+)/g)].map(([, id]) => id);

/** Written down here once more, apart from the table: the operator did it, or what a stranger had has ended. */
const NOTHING_TO_TAKE_BACK: readonly EventKind[] = [
  'sign-in-refused',
  'device-signed-off',
  'device-replayed',
  'account-disabled',
  'account-enabled',
  'role-changed',
  'app-signed-off',
  'app-replayed',
];

describe('an owner who is told by mail', () => {
  it('of which events there is nothing to take back', () => {
    expect(EVENT_KINDS.filter((kind) => REMEDIES[kind] === 'nothing')).toEqual(NOTHING_TO_TAKE_BACK);
  });

  it.each(EVENT_KINDS)('of %s', (kind) => {
    const expected = NOTHING_TO_TAKE_BACK.includes(kind) ? [] : ['1-0'];
    for (const part of Object.values(mailAbout(entryOf(kind)))) {
      expect(buttons(part)).toEqual(expected);
      expect(/It wasn(’|&#8217;)t me/.test(part)).toBe(expected.length > 0);
      expect(/say so now/.test(part)).toBe(expected.length > 0);
      const isSpecial = /^(recovery-(asked|soon|open)|closing-asked)$/.test(kind);
      if (expected.length > 0 && !isSpecial) {
        // The mail goes to the email that the account has: there is none to be given back by it.
        const remedy = kind === 'email-changed' ? 'everything' : REMEDIES[kind];
        expect(/signs\s+everybody\s+out/.test(part)).toBe(effectOf(remedy) !== 'back');
        expect(/takes\s+it\s+back/.test(part)).toBe(remedy !== 'everything');
      }
      expect(/A button works once/.test(part)).toBe(expected.length > 0);
    }
  });

  it('of several at once, with a button beside just those that can be taken back', () => {
    const { text } = mailAbout(entryOf('device-replayed', '1-0'), entryOf('device-linked', '2-0'));
    expect(buttons(text)).toEqual(['2-0']);
    expect(text.replaceAll('\n', ' ')).toContain(
      'there is nothing to take back. If it is yours, link it again.',
    );
  });
});
