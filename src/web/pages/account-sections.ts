/** The account area: what its navigation and its first page lead to, in this order. Only what exists is listed. */
interface Section {
  readonly path: `/account/${string}`;
  /** As owners know it. */
  readonly label: string;
  /** Of `views/static/icons.svg`. */
  readonly icon: string;
  /** One sentence for the first page. */
  readonly hint: string;
}

export const ACCOUNT_SECTIONS = {
  devices: {
    path: '/account/devices',
    label: 'Devices',
    icon: 'devices',
    hint: 'See what is linked to your account, rename it, remove it.',
  },
  apps: {
    path: '/account/apps',
    label: 'Apps and websites',
    icon: 'apps',
    hint: 'What has access to your account, what it may do, and taking it back.',
  },
  security: {
    path: '/account/security',
    label: 'Login & security',
    icon: 'shield',
    hint: 'Change your password, email or name, and see what would make your account safer.',
  },
  activity: {
    path: '/account/activity',
    label: 'Recent activity',
    icon: 'clock',
    hint: 'What happened, when, and from where.',
  },
  notifications: {
    path: '/account/notifications',
    label: 'Notifications',
    icon: 'mail',
    hint: 'Of what we tell you by mail.',
  },
  data: {
    path: '/account/data',
    label: 'Your data',
    icon: 'file',
    hint: 'Download everything, or close your account.',
  },
} as const satisfies Record<string, Section>;

export type AccountSection = keyof typeof ACCOUNT_SECTIONS;
