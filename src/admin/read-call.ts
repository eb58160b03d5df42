import { hash } from 'node:crypto';
import type { z } from 'zod';
import { Problem } from './problem.ts';
import type { AdminCall, AdminRoute } from './route.ts';

/** What a call says, as it was sent. */
export interface GivenCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** '' for none. */
  readonly text: string;
  readonly idempotencyKey: string | undefined;
  /** '' for none. */
  readonly ifMatch: string;
}

/** Tells two calls apart that came under one key. */
export function digestOf({ method, path, query, text }: GivenCall): string {
  return hash('sha256', JSON.stringify([method, path, `${query}`, text]));
}

/** @throws Problem naming every fault: what a route does not know is refused, not passed over */
export function readCall(
  route: AdminRoute,
  given: GivenCall,
  rest: Pick<AdminCall, 'caller' | 'params'>,
): AdminCall {
  requireKey(route, given);
  const version = versionIn(route, given);
  return { ...rest, version, query: readQuery(route, given.query), body: readBody(route, given.text) };
}

function requireKey({ once, method }: AdminRoute, { idempotencyKey: key }: GivenCall): void {
  const fault = (detail: string) =>
    new Problem('invalid-request', { errors: [{ pointer: '/Idempotency-Key', detail }] });
  if (key === undefined && once === true) throw fault('is needed: to do this twice is not to do it once');
  if (key === undefined) return;
  if (method !== 'POST') throw fault('is for POST alone');
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw fault('has 1 to 255 characters of ASCII, without spaces');
}

/** RFC 9110 section 13.1.1: one strong entity tag, as `ETag` said it. */
function versionIn({ versioned }: AdminRoute, { ifMatch }: GivenCall): string {
  if (versioned !== true) return '';
  const version = /^"([^"]{1,200})"$/.exec(ifMatch)?.[1];
  if (version !== undefined) return version;
  const detail = 'is needed, with the ETag that was read';
  throw new Problem('invalid-request', { errors: [{ pointer: '/If-Match', detail }] });
}

function readQuery({ query: schema }: AdminRoute, query: URLSearchParams): unknown {
  const names = [...query.keys()];
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const unknown = schema ? [] : names;
  const errors = [
    ...unknown.map((name) => ({ pointer: `/${name}`, detail: 'is no parameter of this' })),
    ...twice.map((name) => ({ pointer: `/${name}`, detail: 'is given twice' })),
  ];
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
  return schema ? parsed(schema, Object.fromEntries(query)) : undefined;
}

function readBody({ body: schema }: AdminRoute, text: string): unknown {
  if (!schema && text !== '')
    throw new Problem('invalid-request', { errors: [{ pointer: '', detail: 'takes no body' }] });
  if (!schema) return undefined;
  return parsed(schema, jsonOf(text === '' ? '{}' : text));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('invalid-request', { errors: [{ pointer: '', detail: 'is not JSON' }] });
  }
}

function parsed(schema: z.ZodType, given: unknown): unknown {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw new Problem('invalid-request', { errors: read.error.issues.flatMap(faultsOf) });
}

/** RFC 6901. A name that is not known is named itself, and not what it stands in. */
function faultsOf({ path, message, ...issue }: z.core.$ZodIssue): { pointer: string; detail: string }[] {
  const pointer = (parts: readonly PropertyKey[]) =>
    parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(path), detail: message }];
  return issue.keys.map((key) => ({ pointer: pointer([...path, key]), detail: 'is not known' }));
}
