/** What every answer must be, whatever was asked. */
import { INJECTED_HEADER, INJECTED_SCRIPT } from './nasty-values.ts';

interface FuzzAnswer {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: string;
}

/** RFC 6749 sections 4.1.2.1 and 5.2, 6750, 7009, 7591, 8628, 8707, 9449, OpenID Connect Core 3.1.2.6; then ours. */
const ERROR_CODES = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'unsupported_response_mode',
  'invalid_scope',
  'invalid_target',
  'access_denied',
  'invalid_token',
  'insufficient_scope',
  'unsupported_token_type',
  'authorization_pending',
  'slow_down',
  'expired_token',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'invalid_redirect_uri',
  'invalid_client_metadata',
  'invalid_request_object',
  'invalid_request_uri',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
  'login_required',
  'interaction_required',
  'consent_required',
  'temporarily_unavailable',
  'not_found',
  'method_not_allowed',
  'stream_exists',
  'changed_meanwhile',
]);

export function readAnswer(text: string): FuzzAnswer | undefined {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]);
  if (!status) return undefined;
  const headers = new Map(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  );
  return { status, headers, body: rest.join('\r\n\r\n') };
}

/** @returns what is wrong with the answer; `undefined`: nothing */
export function errorOf(answer: FuzzAnswer, method: string): string | undefined {
  const { status, headers, body } = answer;
  if (status >= 500 && status !== 503) return `status ${status}`;
  if (status === 503 && !headers.has('retry-after')) return '503 without Retry-After';
  if (status === 429 && !headers.has('retry-after')) return '429 without Retry-After';
  if (headers.has(INJECTED_HEADER)) return 'a header was injected';
  if (body.includes(INJECTED_SCRIPT)) return 'a script was injected';
  if (/\bat .*(\.ts|\.js|node:)[\w/]*:\d+/.test(body)) return 'a stack trace';
  if (!headers.has('x-request-id')) return errorOfEarlyRefusal(answer);
  if (headers.get('x-content-type-options') !== 'nosniff') return 'no security headers';
  return status >= 400 && method !== 'HEAD' ? errorOfError(answer) : undefined;
}

/** Of the parser of HTTP, and of what makes requests safe: before anything of ours has been asked. */
function errorOfEarlyRefusal({ status, body }: FuzzAnswer): string | undefined {
  if (![400, 408, 413, 417, 431].includes(status)) return `status ${status} without a request id`;
  // An empty chunk is no body.
  return ['', '0\r\n\r\n'].includes(body) || body.includes('That request cannot be read')
    ? undefined
    : 'an early refusal that says more';
}

function errorOfError({ status, headers, body }: FuzzAnswer): string | undefined {
  const type = headers.get('content-type') ?? '';
  if (type.startsWith('text/html'))
    return /<h1[ >]/.test(body) ? undefined : `status ${status}: a page without a heading`;
  const isProblem = type.startsWith('application/problem+json');
  if (!isProblem && !type.startsWith('application/json'))
    return `status ${status}: neither a page nor JSON, ${type}`;
  const json = jsonIn(body);
  if (json === undefined) return `status ${status}: broken JSON`;
  if (isProblem && String(json['type']).startsWith('urn:latchkey:problem:')) return undefined;
  return ERROR_CODES.has(String(json['error']))
    ? undefined
    : `status ${status}: error ${String(json['error'])}`;
}

/** Chunks, where the body came in some, are taken off. */
function jsonIn(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
