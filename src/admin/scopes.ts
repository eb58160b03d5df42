/** What clients may be given to do at the Admin API. The clients file says so, or the operator's tool; never the API itself. */
export const ADMIN_SCOPES = {
  'admin:accounts:read': 'See accounts, and what happened to them',
  'admin:accounts:write': 'Rename, disable, enable and close accounts, and sign their owners out',
  'admin:accounts:recover':
    'What could take an account over: remove second steps, mail a link for a new password',
  'admin:devices:read': 'See devices, browsers and apps of accounts',
  'admin:devices:write': 'End devices, browsers and apps of accounts',
  'admin:clients:read': 'See clients',
  'admin:clients:write': 'Change clients',
  'admin:keys': 'See and replace signing keys',
  'admin:jobs': 'Sign everybody out, write records anew, rebuild lists',
  'admin:stats': 'See how much happened in the last hours',
  'admin:receivers':
    'See, switch and ping receivers of webhooks, see, pause and end streams of security events, and replay what was not taken',
  'sessions:end': 'Sign an owner out of everything, by global token revocation',
  'admin:audit': 'See what was done through the Admin API',
} as const;

export type AdminScope = keyof typeof ADMIN_SCOPES;

export const ADMIN_PATH = '/admin/v1';

/** Where a directory says that an owner is to be signed out of everything. */
export const REVOCATION_PATH = '/global-token-revocation';

/** The resource (RFC 8707) that access tokens for the Admin API are for. */
export const adminResource = (issuer: string): string => `${issuer}${ADMIN_PATH}`;
