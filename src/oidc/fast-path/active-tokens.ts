/**
 * A fast path in front of the library for what APIs ask all day: whether an access token is good. It answers for tokens of
 * the plain kind, and for those that stand no more, as the library would, byte for byte; a test holds the two together.
 *
 * | what comes | what happens |
 * | --- | --- |
 * | anything but a token in a simple form (`simple-form.ts`) and a client's name and secret in the Authorization header | the library, untouched |
 * | a client that is unknown or no resource server, a secret that is wrong or ends some day | the library, untouched: only it refuses, and knows whose token it is |
 * | an active access token that says nothing special (`plain-tokens.ts`), under an active grant | answered here |
 * | an access token that leads to an account and is unknown there, or has ended | answered here |
 * | one that is for another API, which the API that asks may not tell from one that has ended, by the time it takes neither | answered here, and told to the security log |
 * | a token that is bound to a key, has an audience, or tells more | the library, which finds what was read in the request's cache |
 * | a token of another kind; a store that does not answer | the same |
 */
import type Provider from 'oidc-provider';
import type { SecurityLog } from '../../audit/security-log.ts';
import { LEADING_LENGTH } from '../../devices/access-token-store.ts';
import type { PlainAnswer } from '../../net/plain-answer.ts';
import { senderOf } from '../../net/requester.ts';
import type { AccessTokenAdapter, PresentedAccessToken } from '../adapters/access-tokens.ts';
import { answerReasons } from '../answer-reasons.ts';
import { grantedScopes } from '../granted-scopes.ts';
import { requestCache } from '../request-cache.ts';
import { isResourceServer, presenterOf } from '../token-readers.ts';
import { basicCredentials, type Credentials } from './basic-credentials.ts';
import { type Answerer, headersForNoPage, originOf, type PlainQuestion } from './plain-answers.ts';
import { isAccessToken, plainToken } from './plain-tokens.ts';
import { simpleForm } from './simple-form.ts';

export const INTROSPECTION_PATH = '/token/introspection';
/** RFC 7662 section 2.1. */
const PARAMETERS: ReadonlySet<string> = new Set(['token', 'token_type_hint']);
const INACTIVE = '{"active":false}';
const SECRET_METHODS: ReadonlySet<unknown> = new Set(['client_secret_basic', 'client_secret_post']);
export function activeTokens(
  provider: Provider,
  tokens: Pick<AccessTokenAdapter, 'present'>,
  security: SecurityLog | undefined,
): Answerer {
  return async function answerActiveToken(question) {
    const credentials = basicCredentials(question.req.headers.authorization);
    // No page asks for an API; the library refuses one that does.
    if (!credentials || originOf(question) !== '') return undefined;
    const { token = '' } = (await simpleForm(question.req, PARAMETERS)) ?? {};
    const api = isAccessToken(token) ? await resourceServer(provider, credentials) : undefined;
    if (!api) return undefined;
    const cache = requestCache(question);
    answerReasons(question).client = credentials.clientId;
    const presented = tokens.present(token, presenterOf(api), cache);
    cache.presented.set(token, presented);
    const found = await presented.catch(() => 'not-known');
    if (found === 'not-known') return undefined;
    if (isOfAccount(token) && (!found || found === 'not-theirs')) {
      if (found) tellOfHidden(question, credentials.clientId, security);
      return answerOf(INACTIVE);
    }
    const body = typeof found === 'object' ? describe(found, provider.issuer) : undefined;
    if (!body || !(await isKnownByOneName(provider, body.client_id))) return undefined;
    return answerOf(JSON.stringify(body));
  };
}

function answerOf(body: string): PlainAnswer {
  return { route: INTROSPECTION_PATH, status: 200, headers: headersForNoPage(), body };
}

/** As where the library answers. */
function tellOfHidden(question: PlainQuestion, client: string, security: SecurityLog | undefined): void {
  const { req, requestId } = question;
  answerReasons(question).hidden = true;
  const details = { client, reason: 'token-of-another' };
  security?.audit('introspection-refused', { requestId, address: senderOf(req).address }, details);
}

/** What else has the length of an access token and is none takes the library other steps. */
function isOfAccount(token: string): boolean {
  return token.length === LEADING_LENGTH;
}

/** Only the library refuses: here the only answer is yes. */
async function resourceServer(provider: Provider, { clientId, secret }: Credentials) {
  try {
    const client = await provider.Client.find(clientId);
    if (!client || !SECRET_METHODS.has(client.clientAuthMethod) || client.clientSecretExpiresAt)
      return undefined;
    return isResourceServer(client) && (await client.compareClientSecret(secret)) ? client : undefined;
  } catch {
    return undefined;
  }
}

/** Its owner has one name for all apps, which is then the account's. */
async function isKnownByOneName(provider: Provider, clientId: string): Promise<boolean> {
  try {
    return (await provider.Client.find(clientId))?.subjectType === 'public';
  } catch {
    return false;
  }
}

interface ActiveToken extends Record<string, unknown> {
  client_id: string;
}

/** RFC 7662 section 2.2, in the order in which the library says it. */
function describe(found: PresentedAccessToken, iss: string): ActiveToken | undefined {
  const token = plainToken(found);
  if (!token) return undefined;
  const { payload, accountId, clientId, grant } = token;
  const { exp, iat, scope } = payload;
  return {
    active: true,
    sub: accountId,
    client_id: clientId,
    exp,
    iat,
    iss,
    scope: grantedScopes(scope, grant).join(' ') || undefined,
    token_type: 'Bearer',
  };
}
