/** What has not been put into the catalogue yet. Both lists may only become shorter. */
import type { PageName } from '../../src/web/pages/view.ts';

export const TEMPLATES_IN_ENGLISH: readonly string[] = [];

export const PAGES_IN_ENGLISH: readonly PageName[] = [];
