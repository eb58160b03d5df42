/** What the samples of pages share: the people, the times, and the hostile text. */

import { shownLinks } from '../../../src/web/pages/app-links.ts';
import type { PageParts } from '../../../src/web/pages/page.ts';
import type { View } from '../../../src/web/pages/view.ts';
import { ENGLISH } from '../../../src/words/reader.ts';

export interface Sample {
  /** Unique; also the name of the picture. */
  readonly name: string;
  readonly view: View;
}

/** Mark-up, an attribute breaker, right-to-left override, an unbroken long word, and quotes. */
export const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)> \u202Egnp.exe & ${'W'.repeat(60)}`;

export const NOW = new Date('2026-03-05T14:09:30Z');
export const ASKED = new Date('2026-03-05T14:07:12Z');
/** Pages of an app's maker. */
export const LINKS = shownLinks(ENGLISH, [
  { kind: 'site', address: 'https://www.riverside.example' },
  { kind: 'policy', address: 'https://www.riverside.example/privacy' },
  { kind: 'terms', address: 'https://legal.riverside.example:8443/terms?of=use' },
]);
export const HOSTILE_LINKS = shownLinks(ENGLISH, [
  { kind: 'site', address: `https://${'w'.repeat(60)}.example/"><script>alert('x')</script>` },
]);
export const csrf = 'c5rf-T0ken';
export const ticket = 'tick3t';
export const signedInAs = { name: 'Ada Lovelace', email: 'ada@example.com' };
export const out: PageParts = { csrf };
export const inside = { csrf, signedInAs };
export const hostileInside = { csrf, signedInAs: { name: HOSTILE, email: HOSTILE } };
export const throttled = { kind: 'throttled', waitSeconds: 118 } as const;
export const expired = { kind: 'expired-form' } as const;
export const wrong = { kind: 'wrong' } as const;
export const returnTo = '/device?user_code=WDJB-MJHT';
