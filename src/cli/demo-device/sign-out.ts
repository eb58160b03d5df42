import type { Metadata } from './discovery.ts';
import { exchange } from './exchange.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Gives the key back (RFC 7009 section 2.1), so that the device leaves its owner's list. Reports what came of it and
 * returns whether the server has said yes.
 */
export async function signOut(
  around: Surroundings,
  metadata: Metadata,
  clientId: string,
  refreshToken: string,
): Promise<boolean> {
  const failure = await revoke(around, metadata.revocation_endpoint, clientId, refreshToken);
  if (failure === undefined) await around.report({ event: 'signed_out' });
  else
    await around.report({
      event: 'sign_out_failed',
      message: `The key could not be given back: ${failure}.`,
    });
  return failure === undefined;
}

async function revoke(
  around: Surroundings,
  endpoint: string | undefined,
  clientId: string,
  refreshToken: string,
): Promise<string | undefined> {
  if (endpoint === undefined) return 'the server names no revocation_endpoint';
  const form = { token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId };
  const reply = await exchange(around, { url: endpoint, form });
  // RFC 7009 section 2.2: the status is the answer, the body means nothing.
  if (reply.kind === 'answer' || (reply.kind === 'garbled' && reply.status === 200)) return undefined;
  if (reply.kind === 'unavailable') return reply.reason;
  return `the server answered ${reply.status}`;
}
