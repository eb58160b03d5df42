/** What has not been put into the catalogue yet. Both lists may only become shorter. */
import type { PageName } from '../../src/web/pages/view.ts';

export const TEMPLATES_IN_ENGLISH: readonly string[] = [];

/** Pages of which the samples bring words in English, as their routes bring them in the language of the reader. */
export const WORDS_OF_ROUTES: readonly PageName[] = [
  'security',
  'settings',
  'notifications',
  'each-notification',
];

export const PAGES_IN_ENGLISH: readonly PageName[] = [];
