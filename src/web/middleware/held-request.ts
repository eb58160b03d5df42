/** The page that was asked for, or the form that was posted, while its owner proves who they are. */
import type { ProvedAction } from '../../config/proof-ages.ts';
import { isLinkingDevice } from '../routes/return-to.ts';
import { sectionOf } from '../routes/signed-in.ts';
import type { WebContext } from '../web-state.ts';
import { form } from './form.ts';

/** Longer forms are not held: they would make too long an address. */
const MAX_HELD = 2048;

/** What waits for a proof. */
export interface Held {
  readonly action: ProvedAction;
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  /** The form that was posted, without its token: that was checked before it was held. */
  readonly body: string;
  /** When the first step was proved, milliseconds since 1970; 0: not yet. */
  readonly provedAt: number;
  /** How (RFC 8176). */
  readonly amr: readonly string[];
}

export function heldOf(ctx: WebContext, action: ProvedAction): Held {
  const fields = new URLSearchParams(form(ctx) as Record<string, string>);
  fields.delete('csrf');
  const body = fields.toString();
  const posted = ctx.method === 'POST' && body.length <= MAX_HELD;
  const got = ctx.method === 'POST' ? sectionOf(ctx.path) : ctx.path + ctx.search;
  return {
    action,
    method: posted ? 'POST' : 'GET',
    path: posted ? ctx.path : got,
    body: posted ? body : '',
    provedAt: 0,
    amr: [],
  };
}

/** The page with the form: none is posted by itself after a sign-in, since another owner may be signing in. */
export function pageOf({ method, path }: Held): string {
  if (method === 'GET') return path;
  return isLinkingDevice(path) ? '/device' : sectionOf(path);
}
