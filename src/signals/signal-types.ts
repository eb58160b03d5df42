/** Kinds of security events, as their specifications name them. */
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/';

export const SIGNAL_TYPES = {
  'session-revoked': `${CAEP}session-revoked`,
  'credential-change': `${CAEP}credential-change`,
  'account-disabled': `${RISC}account-disabled`,
  'account-enabled': `${RISC}account-enabled`,
  'account-purged': `${RISC}account-purged`,
  'recovery-activated': `${RISC}recovery-activated`,
  'recovery-information-changed': `${RISC}recovery-information-changed`,
} as const;

/** What a receiver chooses among. */
export type SignalType = keyof typeof SIGNAL_TYPES;

/** Sent where a receiver asks whether it hears; it is in no list. */
export const VERIFICATION = `${SSF}verification`;

/** Sent where this server has changed how a stream stands; in no list either. */
export const STREAM_UPDATED = `${SSF}stream-updated`;

export const SUPPORTED_EVENTS: readonly string[] = Object.values(SIGNAL_TYPES);
