import * as client from 'openid-client';
import type { Environment } from './environment.ts';
import { customFetch, exchange } from './exchange.ts';

/**
 * Gives the key back (RFC 7009 section 2.1), so that the device leaves its owner's list. Reports what came of it and
 * returns whether the server has said yes.
 */
export async function signOut(
  around: Environment,
  server: client.Configuration,
  refreshToken: string,
): Promise<boolean> {
  const failure = await revoke(around, server, refreshToken);
  const message = `The key could not be given back: ${failure}.`;
  await around.report(
    failure === undefined ? { event: 'signed_out' } : { event: 'sign_out_failed', message },
  );
  return failure === undefined;
}

async function revoke(around: Environment, server: client.Configuration, token: string) {
  if (!server.serverMetadata().revocation_endpoint) return 'the server names no revocation_endpoint';
  // The run that was stopped has taken its own requests with it.
  server[client.customFetch] = customFetch(around);
  const hint = { token_type_hint: 'refresh_token' };
  const reply = await exchange(around, () => client.tokenRevocation(server, token, hint));
  if (reply.kind === 'answer') return undefined;
  return reply.kind === 'unavailable' ? reply.reason : reply.why;
}
