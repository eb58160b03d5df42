import type { View } from '../../src/web/pages/view.ts';

/** Of pages that run one and ask for no passkey. */
const SCRIPTS: Partial<Record<string, string>> = {
  'demo-tv': 'demo-tv',
  'device-waiting': 'waiting',
  'app-form-post': 'send-form',
  'sign-in': 'time',
  'time-zone': 'time',
  'sign-up': 'new-password',
  'new-password': 'new-password',
};

/** The addresses of the scripts that a page may run; `undefined` where it runs none. */
export function scriptsOf(view: View): RegExp | undefined {
  const asksForPasskey = 'passkey' in view && view.passkey !== undefined;
  const names = asksForPasskey ? 'simplewebauthn|passkeys' : SCRIPTS[view.page];
  if (names === undefined || (view.page === 'device-waiting' && !view.streamed)) return undefined;
  return new RegExp(`^/static/(${names})\\.js\\?v=[0-9a-f]{12}$`);
}
