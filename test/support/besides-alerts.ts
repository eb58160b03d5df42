import type { Mail } from '../../src/mail/mail.ts';

/** What requests send at once. Alerts are gathered, and come of themselves up to ten seconds after what they tell of. */
export const besidesAlerts = (mails: readonly Mail[]): Mail[] =>
  mails.filter(({ template }) => template !== 'alert');
