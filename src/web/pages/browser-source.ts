import type { Browsers } from '../../sessions/sessions.ts';
import type { SecuritySource } from './security-source.ts';

/** Signed-in browsers, and the end of everything, as the page Login & security tells of them. */
export function browserSource(browsers: Browsers): SecuritySource {
  return async function tellOfBrowsers(browser) {
    const others = (await browsers.list(browser)).length - 1;
    const state = others < 1 ? 'This one only' : `This one and ${others} more`;
    return {
      rows: [
        {
          icon: 'browser',
          label: 'Signed-in browsers',
          state,
          action: 'Manage',
          href: '/account/security/browsers',
        },
        {
          icon: 'warning',
          label: 'Compromised account',
          state: 'Sign out of everything at once: devices, browsers, apps',
          action: 'Start',
          href: '/account/security/compromised',
        },
      ],
      checks: [],
    };
  };
}
