import type { AccountParts } from './account.ts';

interface AlertChoice {
  /** The name of the box.  */
  readonly kind: string;
  readonly title: string;
  readonly wanted: boolean;
}

interface AlertSwitch {
  /** The name of the switch. */
  readonly group: string;
  readonly wanted: 'all' | 'some' | 'none';
}

/** `/account/notifications`; a field `<group>` with the value `yes` for each switch that is on. */
export interface NotificationsView extends AccountParts {
  readonly page: 'notifications';
  readonly email: string;
  readonly switches: readonly AlertSwitch[];
  /** What is told always. */
  readonly always: readonly string[];
}

/** `/account/notifications/each`; a field `<kind>` with the value `yes` for each box that is ticked. */
export interface EachNotificationView extends AccountParts {
  readonly page: 'each-notification';
  readonly choices: readonly AlertChoice[];
}
