/** Words that an attacker may have our server mail, and events that hold them. */
import fc from 'fast-check';
import { EVENT_KINDS } from '../../src/events/event.ts';
import type { ActivityEntry } from '../../src/events/event-store.ts';

/** What makes programs find links, numbers, mark-up, headers, entities or other encodings, and the edges of quotes. */
export const BAITS = [
  'https://evil.example/id',
  'http:\\\\evil.example',
  'evil.example',
  'www.evil.com',
  'WWW',
  'evil。com',
  'evil．com',
  'evil․com',
  'ｗｗｗ．ｅｖｉｌ．ｃｏｍ',
  '⒈com',
  'evil\u200b.com',
  'e\u00advil.com',
  '//evil.com',
  'evil.com:8080/x?y#z',
  'mailto:eve@evil.com',
  'eve@evil.com',
  'eve＠evil.com',
  'tel:+18005550100',
  '+1 800 555 0100',
  '(800) 555-0100',
  '٠٨٠٠٥٥٥٠١٠٠',
  '1-800-5550100',
  '192.0.2.66',
  '[2001:db8::1]',
  'javascript:alert(1)',
  'data:text/html,x',
  '<a href=//evil.com>x</a>',
  '&lt;a&gt;',
  '&#46;',
  '[x](https://evil.com)',
  '<https://evil.com>',
  '# Heading',
  '**bold**',
  '`code`',
  '> quote',
  '- item',
  '\n\n# Heading\n',
  '\r\nBcc: all@evil.com\r\n\r\n',
  '=?utf-8?Q?evil?=',
  '=?utf-8?B?ZXZpbA==?=',
  '=2Eevil=2Ecom',
  '\u202Emoc.live\u202C',
  '\u2066x\u2069',
  '”',
  '“',
  '"',
  "'",
  '»',
  '「',
  '…',
  'No new device',
  'Latchkey',
  ': ',
  '\u0000',
  '\u001b[31m',
  '\ud800',
  'xn--80ak6aa92e',
  'evil,com',
  'evil dot com',
] as const;

export const hostileWords = fc
  .array(
    fc.oneof(fc.constantFrom(...BAITS), fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constant(' ')),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

export const hostileEntries = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...EVENT_KINDS),
      name: hostileWords,
      model: hostileWords,
      app: hostileWords,
      agent: hostileWords,
      own: hostileWords,
      type: fc.constantFrom('device', 'app', 'factor', 'profile', 'browser', 'link-key'),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.map(
      ({ kind, name, model, app, agent, own, type }, index): ActivityEntry => ({
        id: `1-${index}`,
        at: Date.parse('2026-03-05T14:07:00Z'),
        event: {
          kind,
          by: 'stranger',
          place: { address: '192.0.2.66', userAgent: agent },
          subject: { type: type as 'device', id: 'x', ...(own && { name: own }) },
          details: { to: own, was: own, app },
        },
        device: { name, model, type: name, app },
      }),
    ),
  );
