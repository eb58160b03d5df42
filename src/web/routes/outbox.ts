/** `/dev/outbox`: development without a mail server only; the composition root leaves it out elsewhere. */
import { Router } from '@koa/router';
import { showError } from '../middleware/errors.ts';
import { allowFrames, showInFrame } from '../middleware/security-headers.ts';
import { FRAMED_MAIL, framedMail } from '../pages/mail-frame.ts';
import type { OutboxEntry } from '../pages/outbox.ts';
import { renderPage, signedInAs } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { ownPath } from './return-to.ts';
import { queryOf } from './visit.ts';

/** Mails that were written and not sent. */
interface ReadableOutbox {
  /** Newest first. */
  list(): Promise<OutboxEntry[]>;
  find(id: string): Promise<(OutboxEntry & { text: string; html: string | undefined }) | undefined>;
}

export function outboxRoutes({
  outbox,
  issuer,
}: {
  outbox: ReadableOutbox;
  issuer: string;
}): Router<WebState> {
  const router = new Router<WebState>();
  router.get('/dev/outbox', async (ctx) => {
    renderPage(ctx, { page: 'outbox', ...partsOf(ctx, issuer), mails: await outbox.list() });
  });
  router.get('/dev/outbox/:id', async (ctx) => {
    const mail = await outbox.find(ctx.params['id'] ?? '');
    if (!mail) return showError(ctx, 'not-found');
    const frame = mail.html && `/dev/outbox/${mail.id}/html`;
    allowFrames(ctx);
    renderPage(ctx, { page: 'outbox-mail', ...partsOf(ctx, issuer), mail, frame });
  });
  router.get('/dev/outbox/:id/html', async (ctx) => {
    const mail = await outbox.find(ctx.params['id'] ?? '');
    if (mail?.html === undefined) return showError(ctx, 'not-found');
    showInFrame(ctx, FRAMED_MAIL);
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'text/html; charset=utf-8';
    ctx.body = framedMail(mail.html, issuer);
  });
  return router;
}

function partsOf(ctx: WebContext, issuer: string) {
  const back = ownPath(queryOf(ctx, 'return_to'), issuer, '') || undefined;
  return { back, csrf: ctx.state.browser ? ctx.state.csrf : '', signedInAs: signedInAs(ctx) };
}
