/** The account area: its tabs, in this order. */
interface Section {
  readonly path: `/account${string}`;
  /** As owners know it. */
  readonly label: string;
  /** Of `views/static/icons.svg`. */
  readonly icon: string;
}

export const ACCOUNT_SECTIONS = {
  devices: { path: '/account', label: 'Devices', icon: 'devices' },
  security: { path: '/account/security', label: 'Security', icon: 'shield' },
  activity: { path: '/account/activity', label: 'Activity', icon: 'clock' },
  settings: { path: '/account/settings', label: 'Settings', icon: 'settings' },
} as const satisfies Record<string, Section>;

export type AccountSection = keyof typeof ACCOUNT_SECTIONS;
