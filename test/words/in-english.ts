/** What has not been put into the catalogue yet. Both lists may only become shorter. */
import type { PageName } from '../../src/web/pages/view.ts';

export const TEMPLATES_IN_ENGLISH: readonly string[] = [
  'mail/account-closed.eta',
  'mail/alert.eta',
  'mail/change-password.eta',
  'mail/confirm-email.eta',
  'mail/confirm-new-email.eta',
  'mail/confirm-sign-in.eta',
  'mail/email-change-begun.eta',
  'mail/email-changed.eta',
  'mail/email-in-use.eta',
  'mail/email-taken.eta',
  'mail/forgotten-password.eta',
  'mail/invitation.eta',
  'mail/layout.eta',
  'mail/parts/code.eta',
  'mail/recovery.eta',
  'mail/texts/alert.eta',
  'mail/texts/code.eta',
];

/** Pages of which the samples bring words in English, as their routes bring them in the language of the reader. */
export const WORDS_OF_ROUTES: readonly PageName[] = [
  'security',
  'settings',
  'notifications',
  'each-notification',
];

export const PAGES_IN_ENGLISH: readonly PageName[] = [];
