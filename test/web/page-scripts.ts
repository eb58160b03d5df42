import type { View } from '../../src/web/pages/view.ts';

/** Of pages that run one and ask for no passkey. */
const SCRIPTS: Partial<Record<string, string>> = {
  'demo-tv': 'demo-tv',
  'device-code': 'user-code',
  'device-waiting': 'waiting',
  'app-form-post': 'send-form',
  'sign-up': 'new-password',
  'new-password': 'new-password',
};

/** The one that tells times in the zone of the browser. */
const TIMES = /<script src="\/static\/time\.js\?v=[0-9a-f]{12}" defer data-locale="[\w-]+"><\/script>\n/;

export const withoutTimes = (html: string) => html.replace(TIMES, '');

/** The same, where it stands in a page just when there is something for it to do. */
export function withoutTimesOf({ page }: View, html: string): string {
  // The console has no scripts: its times are in UTC.
  const mayAsk = !page.startsWith('console-');
  const asked = (mayAsk && / data-told="/.test(html)) || /^(sign-in|sign-up|time-zone)$/.test(page);
  if (TIMES.test(html) !== asked) throw new Error(`a script for times: ${!asked}, asked for: ${asked}`);
  return withoutTimes(html);
}

/** The addresses of the scripts that a page may run; `undefined` where it runs none. */
export function scriptsOf(view: View): RegExp | undefined {
  const asksForPasskey = 'passkey' in view && view.passkey !== undefined;
  const names = asksForPasskey ? 'simplewebauthn|passkeys' : SCRIPTS[view.page];
  if (names === undefined || (view.page === 'device-waiting' && !view.streamed)) return undefined;
  return new RegExp(`^/static/(${names})\\.js\\?v=[0-9a-f]{12}$`);
}
