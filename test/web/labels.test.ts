import { describe, expect, it } from '@jest/globals';
import type { ActivityEvent } from '../../src/events/event.ts';
import type { ActivityEntry } from '../../src/events/event-store.ts';
import { activityDays } from '../../src/web/pages/activity-views.ts';
import { factorName } from '../../src/web/pages/factor-name.ts';
import { formatDay, formatDays } from '../../src/web/pages/times.ts';
import { ENGLISH, readerFor } from '../../src/words/reader.ts';

describe('the longest life of an access', () => {
  it.each([
    [1, '1 day'],
    [30, '30 days'],
    [90, '3 months'],
    [180, '6 months'],
    [365, '12 months'],
    [730, '2 years'],
    [3650, '10 years'],
  ])('of %i days is said as %s', (days, words) => {
    expect(formatDays(ENGLISH, days)).toBe(words.replace(' ', '\u00a0'));
  });
});

describe('a way to sign in that its owner gave no name', () => {
  it.each([
    ['totp', 'Authenticator app', 'Authenticator-App', 'App de autenticación'],
    ['passkey', 'Passkey', 'Passkey', 'Llave de acceso'],
  ])('is called by its kind, %s, in the words of who reads', (kind, name, german, spanish) => {
    const [de, es] = ['de', 'es'].map((language) => readerFor(language, undefined));
    expect(de && factorName(de, { kind, name })).toBe(german);
    expect(es && factorName(es, { kind, name })).toBe(spanish);
    expect(es && factorName(es, { kind, name: 'My phone' })).toBe('My phone');
  });
});

describe('recent activity', () => {
  const NOW = new Date('2026-03-05T00:30:00Z');
  let id = 0;
  const entry = (
    at: string,
    kind: ActivityEvent['kind'],
    more: Partial<ActivityEvent> = {},
  ): ActivityEntry => {
    id += 1;
    return { id: `${id}-0`, at: Date.parse(at), event: { kind, by: 'owner', ...more }, device: undefined };
  };
  const shown = (...entries: ActivityEntry[]) =>
    activityDays(entries, (one) => `/not-me/${one.id}`, ENGLISH).map(({ at, items }) => [
      formatDay(ENGLISH, at, NOW),
      items.map(({ title, times }) => [title, times.map((time) => ENGLISH.time(time.at)).join()]),
    ]);

  it('stands under the days in UTC, an hour after midnight too', () => {
    const name = 'name-changed';
    expect(
      shown(
        entry('2026-03-05T00:10:00Z', name),
        entry('2026-03-04T23:50:00Z', name),
        entry('2026-03-03T23:59:59Z', name),
      ),
    ).toEqual([
      ['Today', [['Your name was changed', '00:10']]],
      ['Yesterday', [['Your name was changed', '23:50']]],
      ['3 March 2026', [['Your name was changed', '23:59']]],
    ]);
  });

  it('folds the same in a row, with all its times, and nothing that is taken back by itself alone', () => {
    const [wrong, by] = ['sign-in-refused', 'stranger'] as const;
    const app = { subject: { type: 'app', id: 'notes', name: 'Notes' } } as const;
    expect(
      shown(
        entry('2026-03-05T00:29:00Z', wrong, { by }),
        entry('2026-03-05T00:18:00Z', wrong, { by }),
        entry('2026-03-05T00:07:00Z', wrong, { by }),
        entry('2026-03-05T00:06:00Z', 'signed-in'),
        entry('2026-03-05T00:05:00Z', 'signed-in'),
        entry('2026-03-05T00:04:00Z', 'app-narrowed', app),
        entry('2026-03-05T00:03:00Z', 'app-narrowed', app),
        entry('2026-03-05T00:02:00Z', 'app-narrowed', { subject: { ...app.subject, id: 'other' } }),
        entry('2026-03-05T00:01:00Z', wrong, { by }),
      ),
    ).toEqual([
      [
        'Today',
        [
          ['Wrong passwords, 3 times or more', '00:29,00:18,00:07'],
          ['Signed in with a browser', '00:06'],
          ['Signed in with a browser', '00:05'],
          ['“Notes” may do less than before (2 times)', '00:04,00:03'],
          ['“Notes” may do less than before', '00:02'],
          ['A wrong password was entered', '00:01'],
        ],
      ],
    ]);
  });

  it('folds sign-ins of one browser at one address, and each can be taken back by itself', () => {
    const place = { address: '192.0.2.7', userAgent: 'curl/8.5.0' };
    const [day] = activityDays(
      [
        entry('2026-03-05T00:04:00Z', 'signed-in', { place, subject: { type: 'browser', id: 'a' } }),
        entry('2026-03-05T00:03:00Z', 'signed-in', { place, subject: { type: 'browser', id: 'b' } }),
        entry('2026-03-05T00:02:00Z', 'signed-in', { place: { ...place, address: '198.51.100.7' } }),
      ],
      (one) => `/not-me/${one.at}`,
      ENGLISH,
    );
    const times = [4, 3].map((minute) => Date.parse(`2026-03-05T00:0${minute}:00Z`));
    expect(day?.items).toMatchObject([
      {
        title: 'Signed in with a browser (2 times)',
        dispute: undefined,
        times: times.map((at) => ({ dispute: `/not-me/${at}` })),
      },
      { title: 'Signed in with a browser', dispute: expect.stringMatching('/not-me/') },
    ]);
  });

  it('says who did it as far as it is known: not that a wrong password was a stranger’s', () => {
    const [day] = activityDays(
      [
        entry('2026-03-05T00:03:00Z', 'sign-in-refused', { by: 'stranger' }),
        entry('2026-03-05T00:02:00Z', 'codes-refused'),
        entry('2026-03-05T00:01:00Z', 'device-signed-off', { by: 'device' }),
      ],
      () => '',
      ENGLISH,
    );
    expect(
      day?.items.map(({ by = '', worrying }) => [ENGLISH.t('activity.by-whom', { by }), worrying]),
    ).toEqual([
      ['Somebody who was not signed in: it may have been you', true],
      ['You, or somebody who was signed in as you', true],
      ['The device itself', false],
    ]);
  });
});
