/**
 * A fast path in front of the library for what apps and devices ask with each start: whose they are. It answers that one
 * case, a living access token of the plain kind, as the library would, byte for byte; a test holds the two together.
 *
 * | what comes | what happens |
 * | --- | --- |
 * | anything but GET with a bearer token in the Authorization header, no body and no page that asks | the library, untouched |
 * | a token of the plain kind (`plain-tokens.ts`) for `openid`, of a client that hears plain JSON | answered here |
 * | a token that asks for single claims, or under whose grant some were refused; a device that was given to a person of the household | the library, which finds what was read in the request's cache |
 * | a token that is unknown, ended, or of another kind; a store that does not answer | the same |
 */
import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { AccountProfile } from '../../accounts/account.ts';
import type { PlainAnswer } from '../../net/plain-answer.ts';
import { CLAIMS } from '../account-claims.ts';
import type { AccessTokenAdapter } from '../adapters/access-tokens.ts';
import { answerReasons } from '../answer-reasons.ts';
import { grantedScopes } from '../granted-scopes.ts';
import { requestCache } from '../request-cache.ts';
import { type Answerer, headersForNoPage, originOf } from './plain-answers.ts';
import { isAccessToken, type PlainToken, plainToken } from './plain-tokens.ts';
import { isForProgram } from './simple-form.ts';

export const USERINFO_PATH = '/me';

export function userInfo(provider: Provider, tokens: Pick<AccessTokenAdapter, 'present'>): Answerer {
  return async function answerUserInfo(question) {
    const { req } = question;
    const token =
      originOf(question) === '' && hasNoBody(req) && isForProgram(req) ? bearerIn(req) : undefined;
    if (!token) return undefined;
    const cache = requestCache(question);
    const presented = tokens.present(token, 'anyone', cache);
    cache.presented.set(token, presented);
    const found = await presented.catch(() => undefined);
    const plain = found && found !== 'not-theirs' ? plainToken(found) : undefined;
    const claims = plain && claimsOf(plain);
    if (!claims || !(await hearsPlainly(provider, plain.clientId))) return undefined;
    answerReasons(question).client = plain.clientId;
    return answerOf(claims);
  };
}

function answerOf(claims: object): PlainAnswer {
  return { route: USERINFO_PATH, status: 200, headers: headersForNoPage(), body: JSON.stringify(claims) };
}

function bearerIn({ headers }: IncomingMessage): string | undefined {
  const [, token = ''] = /^Bearer ([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
  return isAccessToken(token) ? token : undefined;
}

function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}

/** No client has its answer signed, and its owner has one name for all apps. */
async function hearsPlainly(provider: Provider, clientId: string): Promise<boolean> {
  try {
    const client = await provider.Client.find(clientId);
    const { userinfoSignedResponseAlg: signed, userinfoEncryptedResponseAlg: encrypted } = client ?? {};
    return client?.subjectType === 'public' && !signed && !encrypted;
  } catch {
    return false;
  }
}

/** Of the scopes that the owner lets the app have now, in the order in which the library says them. */
function claimsOf({ payload, grant, accountId, authority }: PlainToken): object | undefined {
  if (authority?.memberId || payload.claims || grant['rejected']) return undefined;
  const profile = authority?.profile;
  const scopes = grantedScopes(payload.scope, grant);
  if (!profile || !scopes.includes('openid')) return undefined;
  const said = saidOf(accountId, profile);
  const names = scopes.flatMap((scope) =>
    Object.hasOwn(CLAIMS, scope) ? CLAIMS[scope as keyof typeof CLAIMS] : [],
  );
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(said, name)).map((name) => [name, said[name]]),
  );
}

function saidOf(sub: string, { name, email, emailVerified }: AccountProfile): Record<string, unknown> {
  return { sub, name, email, email_verified: emailVerified };
}
