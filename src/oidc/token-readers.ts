/**
 * Which client may do something with which token at introspection and revocation. A token that a client may not read
 * or take back is to it as one that never was: the same answer, after the same steps in the store.
 */
import type { AdapterPayload, KoaContextWithOIDC } from 'oidc-provider';
import type { TokenPresenter } from '../devices/access-token-store.ts';
import { answerReasons } from './answer-reasons.ts';
import { READ_RESOURCES } from './resources-file.ts';

/** As much of a client of the library as the decision needs. */
interface TokenReader {
  readonly clientId: string;
  readonly clientAuthMethod?: string | undefined;
  readonly grantTypes?: readonly string[] | undefined;
  readonly [READ_RESOURCES]?: unknown;
}

/** As much of a token. */
export type ReadToken = Pick<AdapterPayload, 'kind' | 'clientId' | 'aud'>;

type Context = Pick<KoaContextWithOIDC, 'oidc' | 'req'>;

/**
 * An API: it proves who it is and gets no tokens itself (`"grant_types": []`). Every access token that is for no resource
 * may be presented to it, so it may ask about every one.
 */
export function isResourceServer({ clientAuthMethod, grantTypes }: TokenReader): boolean {
  return clientAuthMethod !== 'none' && grantTypes?.length === 0;
}

/**
 * Whether a client may be told about a token (RFC 7662 sections 2.1 and 4): a client with a secret about its own, a
 * resource server about access tokens: about one that is for a resource (RFC 8707) only where it is that resource. What
 * refreshes is told about to the client that it was issued to, and no other.
 */
export function mayRead(reader: TokenReader, { kind, clientId, aud }: ReadToken): boolean {
  if (reader.clientAuthMethod === 'none') return false;
  if (clientId === reader.clientId) return true;
  if (kind === 'RefreshToken') return false;
  return aud === undefined ? kind === 'AccessToken' && isResourceServer(reader) : isFor(reader, aud);
}

/** The same of access tokens, as the store takes it: whose tokens the client that asks about one may be told of. */
export function presenterOf(reader: TokenReader): TokenPresenter {
  if (reader.clientAuthMethod === 'none') return { clientId: undefined, audiences: [], general: false };
  const { clientId, [READ_RESOURCES]: read } = reader;
  return {
    clientId,
    audiences: Array.isArray(read) ? read.map(String) : [],
    general: isResourceServer(reader),
  };
}

/** Who presents an access token in the request at hand. Where it gives access, any client may, and so may code without a request. */
export function presenterIn(context: Context | undefined): TokenPresenter {
  const { route, client } = context?.oidc ?? {};
  if (client && route === 'introspection') return presenterOf(client);
  if (client && route === 'revocation') return { clientId: client.clientId, audiences: [], general: false };
  return 'anyone';
}

/** Whether an access token is the presenter's business. */
export function isTheirs(presenter: TokenPresenter, { clientId, aud }: ReadToken): boolean {
  if (presenter === 'anyone' || clientId === presenter.clientId) return true;
  return aud === undefined ? presenter.general : presenter.audiences.includes(String(aud));
}

function isFor({ [READ_RESOURCES]: read }: TokenReader, aud: unknown): boolean {
  return Array.isArray(read) && read.includes(aud);
}

/** A client takes back its own tokens (RFC 7009 section 2.1). */
export function mayRevoke(client: Pick<TokenReader, 'clientId'>, { clientId }: ReadToken): boolean {
  return clientId === client.clientId;
}

/**
 * Whether a token that was found is hidden from the client that asks about it. Hidden before its account is asked: being
 * asked about by a client that may not is no use of a token, and ends nothing.
 * @param context of the request at hand; none where a model is used outside of one
 */
export function isHidden(context: Context | undefined, token: ReadToken): boolean {
  const { route, client } = context?.oidc ?? {};
  if (!context || !client) return false;
  const isIts = route === 'introspection' ? mayRead : route === 'revocation' ? mayRevoke : undefined;
  if (!isIts || isIts(client, token)) return false;
  answerReasons(context).hidden = true;
  return true;
}
