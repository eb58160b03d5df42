/** Why a connection to the store failed, in words that say what to mend. */
import { UNANSWERED } from './tls-probe.ts';

/** The client library passes some errors on by their message alone, so that is what they are told by. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /self[- ]signed certificate|unable to (verify the first certificate|get (local )?issuer certificate)/i,
    'its certificate is not signed by an authority that is known here: REDIS_CA_FILE names the file of the one that signed it',
  ],
  [/certificate has expired/i, 'its certificate has expired'],
  [/does not match certificate's altnames/i, 'its certificate is for another name than that of REDIS_URL'],
  [
    new RegExp(`wrong version number|packet length too long|${UNANSWERED}`, 'i'),
    'it does not speak TLS at this port: REDIS_URL says rediss',
  ],
  [
    /certificate required|alert handshake failure|alert number 116/i,
    'it asks for a certificate: REDIS_CERT_FILE and REDIS_KEY_FILE name the one to show',
  ],
  [/unknown ca|bad certificate|alert number 48/i, 'it does not take the certificate of REDIS_CERT_FILE'],
  [
    /invalid reply: null|No such master with that name/,
    'this Sentinel knows no master of the name in REDIS_URL',
  ],
];

/** All that the client library says of many ends of a connection. */
export const isUnexplained = (reason: string) => /Connection is closed|ETIMEDOUT|ECONNRESET/.test(reason);

/** Of several addresses that were tried, an error has no message of its own. */
export function reasonOf(error: Error & { code?: string; lastNodeError?: Error }): string {
  const said = error.lastNodeError?.message || error.message || error.code || error.name;
  return explained(said);
}

/** With the remedy, where one is known. */
export function explained(said: string): string {
  const remedy = REASONS.find(([pattern]) => pattern.test(said))?.[1];
  return remedy === undefined ? said : `${said} (${remedy})`;
}
