import type { Reader } from '../words/reader.ts';
import { allowOwnScripts } from './middleware/security-headers.ts';
import type { View } from './pages/view.ts';
import { readerOf } from './reader.ts';
import type { WebContext } from './web-state.ts';

const TIMES_SCRIPT = '<script src="/static/time.js';

/** Answers with a page. */
export function renderPage(ctx: WebContext, view: View, status = 200): void {
  ctx.status = status;
  const reader = beginPage(ctx);
  const shown = withClosing(ctx, view);
  // The address that failed may hold what is a secret elsewhere: no error says it.
  const here = status >= 400 ? '/' : hereOf(ctx);
  const html = ctx.state.views.render(shown, reader, here);
  // Its times are in UTC: the browser may tell them in its own zone.
  if (html.includes(TIMES_SCRIPT)) allowOwnScripts(ctx);
  ctx.body = html;
}

/** Every page says until when an account that is being closed can be kept. */
export function withClosing<Shown extends View>({ state }: WebContext, view: Shown): Shown {
  const { closesAt } = state.browser ?? {};
  return closesAt === undefined ? view : Object.assign({}, view, { closesAt: new Date(closesAt) });
}

/** Where the reader comes back to after choosing a language, without the answer to a form; what was posted has no address. */
export function hereOf(ctx: WebContext): string {
  const query = new URLSearchParams(ctx.search);
  query.delete('answer');
  const here = query.size > 0 ? `${ctx.path}?${query}` : ctx.path;
  return ctx.method === 'POST' || here.length > MAX_HERE || ctx.path === '/language' ? '/' : here;
}

const MAX_HERE = 1000;

/** What every page says of itself, and who reads it. */
export function beginPage(ctx: WebContext): Reader {
  const reader = readerOf(ctx);
  ctx.type = 'text/html; charset=utf-8';
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Content-Language', reader.language);
  ctx.vary('Accept-Language, Cookie');
  return reader;
}

/** Sends the browser on to a path of ours; by GET, whatever it came with (RFC 9700 section 4.12). */
export function seeOther(ctx: WebContext, path: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.redirect(path);
}

/** What the header of a page says of who is signed in. */
export function signedInAs({ state }: WebContext): { name: string; email: string } | undefined {
  const { browser } = state;
  return browser && { name: browser.profile.name, email: browser.profile.email };
}
