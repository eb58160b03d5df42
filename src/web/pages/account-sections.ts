/** The account area: its tabs, in this order. */
interface Section {
  readonly path: `/account${string}`;
  /** Of `views/static/icons.svg`. */
  readonly icon: string;
}

export const ACCOUNT_SECTIONS = {
  devices: { path: '/account', icon: 'devices' },
  security: { path: '/account/security', icon: 'shield' },
  activity: { path: '/account/activity', icon: 'clock' },
  settings: { path: '/account/settings', icon: 'settings' },
} as const satisfies Record<string, Section>;

export type AccountSection = keyof typeof ACCOUNT_SECTIONS;
