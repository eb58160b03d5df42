import type { AccountParts } from './account.ts';

interface AlertChoice {
  /** The name of the box.  */
  readonly kind: string;
  readonly title: string;
  readonly wanted: boolean;
}

/** `/account/notifications`; a field `<kind>` with the value `yes` for each box that is ticked. */
export interface NotificationsView extends AccountParts {
  readonly page: 'notifications';
  readonly email: string;
  readonly choices: readonly AlertChoice[];
  /** What is told always. */
  readonly always: readonly string[];
}
