/** What receivers of security events may be given to do, in the clients file or with a stored client. */
export const SIGNAL_SCOPES = {
  'ssf.read': 'Read its stream, and poll for its events',
  'ssf.manage': 'Make, change and end its stream',
} as const;

export type SignalScope = keyof typeof SIGNAL_SCOPES;

/** Below it a receiver manages its stream. */
export const SIGNALS_PATH = '/ssf';

/** Where a receiver begins (Shared Signals Framework 1.0 section 7.2). */
export const SIGNALS_METADATA_PATH = '/.well-known/ssf-configuration';

/** The resource (RFC 8707) that access tokens of receivers are for. */
export const signalsResource = (issuer: string): string => `${issuer}${SIGNALS_PATH}`;
