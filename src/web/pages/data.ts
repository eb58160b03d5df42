import type { AccountParts } from './account.ts';

/** `/account/data`: a form posts to `/account/data/download`; others lead to closing the account and back. */
export interface AccountDataView extends AccountParts {
  readonly page: 'data';
}

/** `/account/data/close`: what will happen, and the button. */
export interface CloseAccountView extends AccountParts {
  readonly page: 'close-account';
}
