/** `/dev/outbox`: development without a mail server only; the composition root leaves it out elsewhere. */
import { Router } from '@koa/router';
import { showError } from '../middleware/errors.ts';
import type { OutboxEntry } from '../pages/outbox.ts';
import { renderPage, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';

/** Mails that were written and not sent. */
interface ReadableOutbox {
  /** Newest first. */
  list(): Promise<OutboxEntry[]>;
  find(id: string): Promise<(OutboxEntry & { text: string }) | undefined>;
}

export function outboxRoutes({ outbox }: { outbox: ReadableOutbox }): Router<WebState> {
  const router = new Router<WebState>();
  router.get('/dev/outbox', async (ctx) => {
    renderPage(ctx, { page: 'outbox', ...partsOf(ctx), mails: await outbox.list() });
  });
  router.get('/dev/outbox/:id', async (ctx) => {
    const mail = await outbox.find(ctx.params['id'] ?? '');
    if (mail) renderPage(ctx, { page: 'outbox-mail', ...partsOf(ctx), mail });
    else showError(ctx, 'not-found');
  });
  return router;
}

function partsOf(ctx: WebContext) {
  return { csrf: ctx.state.browser ? ctx.state.csrf : '', signedInAs: signedInAs(ctx) };
}
