/** A page of which the beginning is sent at once, and the rest when its answer is known: without scripts, in one answer. */
import { Readable } from 'node:stream';
import type { View } from './pages/view.ts';
import { beginPage, hereOf, withClosing } from './render.ts';
import type { WebContext } from './web-state.ts';

/** Where the rest of the page is put in; what is announced there is announced as it comes. */
const HELD = '<div class="link-held" role="status">';

/**
 * @param view what is shown meanwhile
 * @param answered the same page with its answer; never rejects. Called when the beginning has been taken
 */
export function streamPage(ctx: WebContext, view: View, answered: () => Promise<View>): void {
  ctx.status = 200;
  const reader = beginPage(ctx);
  const here = hereOf(ctx);
  // Or nginx, and what is built on it, would keep the beginning until the rest has come.
  ctx.set('X-Accel-Buffering', 'no');
  const { views } = ctx.state;
  const [beginning] = beginningOf(views.render(withClosing(ctx, view), reader, here));
  ctx.body = Readable.from(parts());

  async function* parts(): AsyncGenerator<string> {
    yield beginning;
    const [again, rest] = beginningOf(views.render(withClosing(ctx, await answered()), reader, here));
    if (again !== beginning) throw new TypeError('the page has another beginning with its answer');
    yield rest;
  }
}

function beginningOf(html: string): [beginning: string, rest: string] {
  const at = html.indexOf(HELD) + HELD.length;
  if (at < HELD.length) throw new TypeError('the page holds nothing');
  return [html.slice(0, at), html.slice(at)];
}

/** Aborted when its client has gone, or has been answered. */
export function goneSignal({ res }: WebContext): AbortSignal {
  const gone = new AbortController();
  // It may have gone while something was read.
  if (res.destroyed) gone.abort();
  else res.once('close', () => gone.abort());
  return gone.signal;
}
