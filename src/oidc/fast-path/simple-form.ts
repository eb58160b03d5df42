/**
 * What the fast paths look at: forms about which neither headers nor body leave anything open.
 * Everything else is the library's, and reaches it unread.
 */
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { takeBody } from './body-peek.ts';

/** Octets of the longest body that is looked at; polls and introspections have some 150. */
const MAX_BODY = 2048;
const FORM = /^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i;
/** Accepted by any client that wants no page. */
const JSON_TAKERS: ReadonlySet<string | undefined> = new Set([undefined, '*/*', 'application/json']);
/** With one of these, more is asked than the plain question. */
const MORE_TO_SAY = ['content-encoding', 'dpop', 'oauth-client-attestation', 'oauth-client-attestation-pop'];

export type SimpleForm = Readonly<Record<string, string>>;

/**
 * The parameters of a plain POST: each once, each with a value, none but the allowed.
 *
 * @returns `undefined` when it is anything else, and when the connection breaks before the body is here
 */
export async function simpleForm(
  request: IncomingMessage,
  allowed: ReadonlySet<string>,
): Promise<SimpleForm | undefined> {
  const length = plainLength(request);
  if (length === undefined) return undefined;
  const text = (await takeBody(request, length))?.toString('latin1') ?? '';
  // Only ASCII reads the same in every charset.
  if (!/^[\x21-\x7e]+$/.test(text)) return undefined;
  const fields = parse(text);
  // It has no prototype.
  for (const name in fields) {
    const value = fields[name];
    if (!allowed.has(name) || typeof value !== 'string' || value === '') return undefined;
  }
  return fields as SimpleForm;
}

/** Whether the answer is for a program that takes JSON, and is asked for in no special way. */
export function isForProgram({ headers }: IncomingMessage): boolean {
  return JSON_TAKERS.has(headers.accept) && MORE_TO_SAY.every((name) => headers[name] === undefined);
}

function plainLength(request: IncomingMessage): number | undefined {
  const { headers } = request;
  if (!FORM.test(headers['content-type'] ?? '') || !isForProgram(request)) return undefined;
  const length = Number(headers['content-length']);
  return length > 0 && length <= MAX_BODY ? length : undefined;
}
