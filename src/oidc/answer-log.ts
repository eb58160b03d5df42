/**
 * With LOG_LEVEL=debug, one line for each answer of a protocol endpoint: why it came out as it did. It tells what the
 * answers in front of the library and those of the library itself have in common, and nothing that opens anything:
 * device codes and grants stand as hashes, as everywhere in the log.
 */
import type { Context, Middleware, Next } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from 'pino';
import type { SecurityLog } from '../audit/security-log.ts';
import type { PolledDeviceCode } from '../devices/device-code-store.ts';
import { parseGrantId } from '../devices/grant-id.ts';
import { answerReasons } from './answer-reasons.ts';
import type { OnPlainAnswer } from './fast-path/plain-answers.ts';
import { type RequestCache, requestCache } from './request-cache.ts';

type Hashes = Pick<SecurityLog, 'hashOf'>;

/** Error codes of the standards and of ours. */
const ERROR_CODE = /^[a-z][a-z_]{0,40}$/;

/** Stands in front of the library. */
export function answerLog(log: Pick<Logger, 'debug'>, hashes: Hashes): Middleware {
  return async function logAnswer(ctx: Context, next: Next) {
    await next();
    const cache = requestCache(ctx);
    const { _matchedRoute: route } = ctx as { _matchedRoute?: unknown };
    const { requestId } = ctx.state as { requestId?: string };
    const oidc = (ctx as Partial<KoaContextWithOIDC>).oidc;
    const answer = {
      requestId,
      route: typeof route === 'string' ? route : '(none)',
      status: ctx.status,
      error: errorIn(ctx),
      client: oidc?.client?.clientId ?? answerReasons(ctx).client,
      device: deviceOf(grantIdOf(oidc, await presentedGrant(cache)), hashes),
    };
    log.debug({ ...answer, ...(await poll(cache, hashes)) }, 'protocol');
  };
}

/** The same of each answer that the fast paths have given. */
export function plainAnswerLog(log: Pick<Logger, 'debug'>, hashes: Hashes): OnPlainAnswer {
  return async function logPlainAnswer(question, { route, status, body }) {
    const cache = requestCache(question);
    const answer = {
      requestId: question.requestId,
      route,
      status,
      error: codeIn(JSON.parse(body)),
      client: answerReasons(question).client,
      device: deviceOf(await presentedGrant(cache), hashes),
    };
    log.debug({ ...answer, ...(await poll(cache, hashes)) }, 'protocol');
  };
}

/** Of a body, or of the address to which a browser is sent back. */
function errorIn(ctx: Context): string | undefined {
  const { body } = ctx as { body?: unknown };
  const sent = /[?&]error=([^&#]*)/.exec(String(ctx.response.get('Location')))?.[1];
  return codeIn(body) ?? codeIn({ error: sent });
}

function codeIn(body: unknown): string | undefined {
  const error = body && typeof body === 'object' ? (body as Record<string, unknown>)['error'] : undefined;
  return typeof error === 'string' && ERROR_CODE.test(error) ? error : undefined;
}

function grantIdOf(oidc: KoaContextWithOIDC['oidc'] | undefined, presented: string | undefined) {
  const { DeviceCode, RefreshToken, AccessToken, AuthorizationCode } = oidc?.entities ?? {};
  const token = DeviceCode ?? RefreshToken ?? AccessToken ?? AuthorizationCode;
  return token?.grantId ?? presented;
}

/** Under the name that the lines of the security log have for it. */
function deviceOf(grantId: string | undefined, hashes: Hashes): string | undefined {
  return grantId === undefined ? undefined : hashes.hashOf('device', parseGrantId(grantId)?.name ?? grantId);
}

/** Of a token that was answered for in front of the library. */
async function presentedGrant({ presented, refreshTokens }: RequestCache): Promise<string | undefined> {
  const [first] = presented.values();
  const found = await first?.catch(() => undefined);
  if (found) return found === 'not-theirs' ? undefined : found.payload.grantId;
  const [refreshed] = refreshTokens.values();
  return (await refreshed?.catch(() => undefined))?.grantId;
}

interface Poll {
  code: string;
  /** Seconds, rounded to a thousandth: since its last poll that was on time, and what it must leave from now on. */
  since?: number;
  interval?: number;
}

async function poll({ polls }: RequestCache, hashes: Hashes): Promise<Poll | undefined> {
  const [first] = polls;
  if (!first) return undefined;
  const [deviceCode, polling] = first;
  const polled = await polling.catch(() => undefined);
  return { code: hashes.hashOf('code', deviceCode), ...paceOf(polled) };
}

function paceOf(polled: PolledDeviceCode | undefined): Pick<Poll, 'since' | 'interval'> {
  if (!polled || polled.pace === 'ok') return {};
  const { since, interval } = polled;
  return { ...(since === undefined ? {} : { since: since / 1000 }), interval: interval / 1000 };
}
