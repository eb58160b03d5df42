/**
 * A fast path in front of the library for what every linked device does again and again: it exchanges its refresh token. It
 * answers that one case as the library would, byte for byte; a test holds the two together.
 *
 * | what comes | what happens |
 * | --- | --- |
 * | anything but the three parameters in a simple form (`simple-form.ts`), or with credentials or a proof of a key; so also a narrower scope, or a resource | the library, untouched |
 * | a client that is unknown, has a secret, registered itself, or whose tokens are bound to a key | the library, untouched |
 * | a token that this server has not sealed, or for another client | the library, untouched |
 * | a token that works, of the plain kind (`plain-refresh.ts`) | answered here, by the steps of the adapters: the chain goes on and the access token is kept in one step |
 * | one that was used up, has ended, is bound, for a resource, or tells more | the library, which finds what the account's slot has said in the request's cache |
 * | a chain that has gone on meanwhile | the library, which refuses; the owner has been told of a replay |
 * | a store that does not answer | the library, which finds the failure in the request's cache |
 */
import type Provider from 'oidc-provider';
import type { SecurityLog } from '../../audit/security-log.ts';
import type { AccessTokenStore } from '../../devices/access-token-store.ts';
import { parseGrantId } from '../../devices/grant-id.ts';
import type { GrantStore } from '../../devices/grant-store.ts';
import type { Payload } from '../../devices/payload.ts';
import {
  digestOf,
  type RefreshTokenSeals,
  type SealedRefreshToken,
} from '../../devices/refresh-token-seals.ts';
import { eventPlace } from '../../events/event.ts';
import type { PlainAnswer } from '../../net/plain-answer.ts';
import { senderOf } from '../../net/requester.ts';
import { randomOctets } from '../../runtime/random-octets.ts';
import { tellsInIdToken, toldOf } from '../account-claims.ts';
import { answerReasons } from '../answer-reasons.ts';
import type { Cors } from '../cors.ts';
import { grantEvent } from '../events.ts';
import { presentRefreshToken } from '../presented-refresh-token.ts';
import { readsSecondIdToken } from '../refreshed-id-tokens.ts';
import { requestCache } from '../request-cache.ts';
import { headersFor, originOf, type PlainQuestion } from './plain-answers.ts';
import { now, type PlainRefresh, plainRefresh, refreshesPlainly } from './plain-refresh.ts';
import { publicClient } from './public-client.ts';
import { TOKEN_PATH, type TokenAnswerer } from './token-answers.ts';

export const REFRESH_GRANT = 'refresh_token';
const UNBOUND = digestOf(undefined);
/** Of 256 bits. */
const RANDOM_BYTES = 32;

interface RefreshParts {
  readonly provider: Provider;
  readonly stores: {
    readonly grants: Pick<GrantStore, 'authorize' | 'addRefreshToken'>;
    readonly accessTokens: Pick<AccessTokenStore, 'leadingTo'>;
    readonly refreshTokenSeals: RefreshTokenSeals;
  };
  /** Seconds that tokens live. */
  readonly seconds: { readonly accessToken: number; readonly refreshToken: number };
  readonly cors: Cors;
  readonly security: SecurityLog | undefined;
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string | undefined;
}

export function refreshes(parts: RefreshParts): TokenAnswerer {
  const { provider, stores, cors } = parts;
  return async function answerRefresh(question, { refresh_token: token = '', client_id: clientId = '' }) {
    const seal = stores.refreshTokenSeals.open(token);
    if (seal?.client !== digestOf(clientId) || seal.key !== UNBOUND) return undefined;
    const client = await publicClient(provider, clientId, REFRESH_GRANT, originOf(question));
    if (!client || !refreshesPlainly(client)) return undefined;
    answerReasons(question).client = clientId;
    const presented = presentRefreshToken(stores.grants, seal);
    requestCache(question).refreshTokens.set(token, presented);
    const found = await presented.catch(() => undefined);
    const account = parseGrantId(seal.grantId)?.accountId ?? '';
    const refresh = found && seal.expiresAt > now() && plainRefresh(found, client, account);
    const tokens = refresh && (await exchanged(parts, question, seal, refresh));
    if (!refresh || !tokens) return undefined;
    tellOf(parts, question, refresh);
    return answerOf(parts, tokens, refresh, headersFor(question, cors, 'token', client));
  };
}

/** As where the library answers. */
function tellOf({ security }: RefreshParts, { req, requestId }: PlainQuestion, refresh: PlainRefresh): void {
  const { accountId, grantId, client } = refresh;
  const device = parseGrantId(grantId)?.name;
  const details = { account: accountId, device, client: client.clientId };
  security?.audit('token-refreshed', { requestId, address: senderOf(req).address }, details);
}

/** RFC 6749 section 5.1, in the order in which the library says it. */
function answerOf(
  { seconds }: RefreshParts,
  { accessToken, refreshToken, idToken }: Tokens,
  { scope }: PlainRefresh,
  headers: readonly string[],
): PlainAnswer {
  const body = {
    access_token: accessToken,
    expires_in: seconds.accessToken,
    id_token: idToken,
    refresh_token: refreshToken,
    scope,
    token_type: 'Bearer',
  };
  return { route: TOKEN_PATH, status: 200, headers, body: JSON.stringify(body) };
}

/** `undefined`: the library finds out why not, and says it. */
async function exchanged(
  parts: RefreshParts,
  question: PlainQuestion,
  parent: SealedRefreshToken,
  refresh: PlainRefresh,
): Promise<Tokens | undefined> {
  try {
    // An ID token may be made in vain, where the chain has gone on meanwhile: that costs less than a further question in each refresh.
    const [tokens, idToken] = await Promise.all([
      issued(parts, question, parent, refresh),
      idTokenOf(parts, refresh),
    ]);
    return tokens && { ...tokens, idToken };
  } catch (error) {
    requestCache(question).exchangeError = error;
    return undefined;
  }
}

/** The chain goes on and the access token is kept, in one step. */
async function issued(
  { stores, seconds }: RefreshParts,
  question: PlainQuestion,
  parent: SealedRefreshToken,
  refresh: PlainRefresh,
): Promise<Omit<Tokens, 'idToken'> | undefined> {
  const { grantId, accountId, generation, client, payload } = refresh;
  const issuedAt = now();
  const place = parent.place + 1;
  const facts = { grantId, generation, place, clientId: client.clientId, key: undefined, issuedAt };
  const value = stores.refreshTokenSeals.seal({ ...facts, lifetime: seconds.refreshToken });
  const name = stores.refreshTokenSeals.open(value)?.name ?? '';
  const random = randomOctets(RANDOM_BYTES).toString('base64url');
  const id = stores.accessTokens.leadingTo(accountId, random);
  const accessToken = {
    id,
    payload: accessTokenPayload(id, refresh, issuedAt, seconds.accessToken),
    facts: { grantId, clientId: client.clientId, audience: undefined, generation },
    lifetime: seconds.accessToken * 1000,
  };
  const addition = await stores.grants.addRefreshToken(
    grantId,
    {
      parent: { name: parent.name, place: parent.place },
      name,
      generation,
      value,
      client: payload,
      accessToken,
    },
    grantEvent('device-replayed', 'server', {
      ...{ grantId, client, payload },
      place: eventPlace(senderOf(question.req)),
    }),
  );
  if (addition.outcome === 'added') return { accessToken: id, refreshToken: value };
  if (addition.outcome === 'replay') answerReasons(question).replayed = true;
  return addition.outcome === 'again' ? { accessToken: id, refreshToken: addition.value } : undefined;
}

/** As the library keeps it. */
function accessTokenPayload(
  jti: string,
  { grantId, accountId, client, granted, scope }: PlainRefresh,
  issuedAt: number,
  lifetime: number,
): Payload {
  const { sessionUid, gty } = granted;
  return {
    iat: issuedAt,
    exp: issuedAt + lifetime,
    accountId,
    grantId,
    gty: `${gty} ${REFRESH_GRANT}`,
    ...(sessionUid !== undefined && { sessionUid }),
    kind: 'AccessToken',
    jti,
    clientId: client.clientId,
    scope,
  };
}

/** By the library's own model. */
async function idTokenOf(
  { provider }: RefreshParts,
  { accountId, client, profile, granted, scope }: PlainRefresh,
): Promise<string | undefined> {
  const scopes = granted.scope.split(' ');
  if (!scopes.includes('openid') || !readsSecondIdToken(client)) return undefined;
  const isTold = tellsInIdToken(client);
  const told = toldOf(accountId, profile, (_claim, of) => isTold && scopes.includes(of));
  const { acr, amr, authTime, nonce, sid } = granted;
  const token = new provider.IdToken({ ...told, acr, amr, auth_time: authTime }, { client });
  Object.assign(token, { scope, mask: {}, rejected: [] });
  token.set('nonce', nonce);
  token.set('sid', sid);
  return token.issue({ use: 'idtoken' });
}
