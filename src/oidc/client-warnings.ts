import type { ClientMetadata } from 'oidc-provider';
import { mayBeUsed } from '../apps/client-secrets.ts';
import { CLIENT_SECRETS, secretsOf } from './client-secrets.ts';
import { REQUIRE_PKCE } from './clients.ts';
import { takesIdTokenAlone } from './id-token-clients.ts';

/** What an operator should know of the clients, and may have meant: a sentence for each. */
export function clientWarnings(clients: readonly ClientMetadata[], now = Date.now()): string[] {
  return clients.flatMap((one) => [
    ...(one[REQUIRE_PKCE] === false
      ? [
          `${one.client_id}: signs people in without PKCE (${REQUIRE_PKCE}); turn it on where its library can (RFC 9700 section 2.1.1)`,
        ]
      : []),
    ...(takesIdTokenAlone(one)
      ? [
          `${one.client_id}: takes an ID token by way of the browser, without a code; turn to response_type code where its library can (RFC 9700 section 2.1.2)`,
        ]
      : []),
    ...(secretsOf(one) ?? [])
      .filter((secret) => !mayBeUsed(secret, now))
      .map(
        ({ until = 0 }) =>
          `${one.client_id}: a secret has ended (${new Date(until).toISOString()}); take it out of ${CLIENT_SECRETS}, or out of its file`,
      ),
  ]);
}
