import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { Middleware } from 'koa';
import type Provider from 'oidc-provider';
import { changeBody } from './fast-path/body-peek.ts';

/** Where clients say who they are. */
const ENDPOINTS: ReadonlySet<string> = new Set([
  '/token',
  '/device/auth',
  '/par',
  '/token/introspection',
  '/token/revocation',
]);
/** Octets of the longest body that is looked at. */
const MAX_BODY = 16_384;
const FORM = /^application\/x-www-form-urlencoded(?:;|$)/i;

/**
 * A client without a secret that sends an empty one in the Authorization header (RFC 6749 section 2.3.1), as several
 * client libraries do, is read as one that names itself in the body. Every other request goes on as it came.
 */
export function emptySecretIsNone(provider: Provider): Middleware {
  return async function readEmptySecret(ctx, next) {
    const clientId = ctx.method === 'POST' && ENDPOINTS.has(ctx.path) ? nameAlone(ctx.req) : undefined;
    if (clientId !== undefined && (await isPublic(provider, clientId))) await nameInBody(ctx.req, clientId);
    return next();
  };
}

/** The name in credentials whose secret is empty. */
function nameAlone({ headers }: IncomingMessage): string | undefined {
  if (headers.authorization === undefined) return undefined;
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(headers.authorization) ?? [];
  const [, name] = /^([^:]+):$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  if (name === undefined || !FORM.test(headers['content-type'] ?? '')) return undefined;
  try {
    return decodeURIComponent(name.replaceAll('+', '%20'));
  } catch {
    return undefined;
  }
}

async function isPublic(provider: Provider, clientId: string): Promise<boolean> {
  return (await provider.Client.find(clientId))?.clientAuthMethod === 'none';
}

async function nameInBody(request: IncomingMessage, clientId: string): Promise<void> {
  const length = Number(request.headers['content-length']);
  if (!(length > 0 && length <= MAX_BODY)) return;
  await changeBody(request, length, (body) => {
    const named = parse(body.toString('latin1'))['client_id'];
    if (named !== undefined && named !== clientId) return body;
    delete request.headers.authorization;
    return named === undefined
      ? Buffer.concat([body, Buffer.from(`&client_id=${encodeURIComponent(clientId)}`)])
      : body;
  });
}
