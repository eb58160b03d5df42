/** `/account/security/upstream`: which other providers sign the owner in, linking and unlinking them. */
import { Router } from '@koa/router';
import type { AccountStore } from '../../accounts/account-store.ts';
import type { Session } from '../../accounts/session.ts';
import { linkEvent } from '../../upstream/upstream-linking.ts';
import { answerAt, toldOf } from '../form-answers.ts';
import { showError } from '../middleware/errors.ts';
import type { StepUp } from '../middleware/step-up.ts';
import { readerOf } from '../reader.ts';
import { renderPage, seeOther } from '../render.ts';
import type { WebContext, WebState } from '../web-state.ts';
import { boundTo } from './bound.ts';
import { accountParts, type SignedInPage, signedIn } from './signed-in.ts';
import { knownUpstream, UPSTREAM_LINKS, type UpstreamRoutes } from './upstream-failed.ts';
import { goTo } from './upstream-sign-in.ts';
import { paramOf, placeOf, queryOf } from './visit.ts';

interface UpstreamLinkRoutes extends UpstreamRoutes {
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly stepUp: StepUp;
  /** Whether owners sign in by passwords here. */
  readonly takesPasswords: boolean;
}

export function upstreamLinkRoutes(routes: UpstreamLinkRoutes): Router<WebState> {
  const bound = boundTo(routes);
  const router = new Router<WebState>();
  const known = (page: SignedInPage) => signedIn(knownUpstream(routes, page));
  const changes = (page: SignedInPage) => known(routes.stepUp.before('change-upstream', page));
  router.get(UPSTREAM_LINKS, signedIn(bound(show)));
  router.get(
    [`${UPSTREAM_LINKS}/:id/link`, `${UPSTREAM_LINKS}/:id/unlink`],
    known((ctx) => seeOther(ctx, UPSTREAM_LINKS)),
  );
  router.post(`${UPSTREAM_LINKS}/:id/link`, changes(bound(link)));
  router.post(`${UPSTREAM_LINKS}/:id/unlink`, changes(bound(unlink)));
  return router;
}

async function show(routes: UpstreamLinkRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { upstreams, links, flash } = routes;
  const { status, last } = toldOf<{ last: string }>(ctx);
  const linked = await links.list(browser.accountId);
  const rows = upstreams.all.map(({ id, name }) => {
    const found = linked.find(({ upstream }) => upstream === id);
    return { id, name, email: found?.email, since: found && new Date(found.since) };
  });
  // The operator has taken it out of the file: it signs no owner in, and is there to be taken away.
  const others = linked.filter(({ upstream }) => !upstreams.find(upstream));
  renderPage(
    ctx,
    {
      page: 'upstream-links',
      ...accountParts(ctx, browser, 'security'),
      notice: flash.read(browser, queryOf(ctx, 'notice')),
      last,
      rows: [
        ...rows,
        ...others.map(({ upstream: id, email, since }) => ({ id, name: id, email, since: new Date(since) })),
      ],
    },
    status,
  );
}

function link(routes: UpstreamLinkRoutes, ctx: WebContext, browser: Session): void | Promise<void> {
  const { uid, accountId, epoch } = browser;
  const purpose = { kind: 'link', uid, accountId, epoch } as const;
  const upstream = routes.upstreams.find(paramOf(ctx, 'id'));
  if (!upstream) return showError(ctx, 'not-found');
  return goTo(routes, ctx, upstream, { purpose, returnTo: UPSTREAM_LINKS });
}

/** Said on the page of the list: the provider may be none of the file any more. */
function lastWayIn(ctx: WebContext, id: string): void {
  ctx.state.audit('upstream-refused', { reason: 'last' });
  answerAt(ctx, UPSTREAM_LINKS, { last: id, status: 409 });
}

async function unlink(routes: UpstreamLinkRoutes, ctx: WebContext, browser: Session): Promise<void> {
  const { accounts, upstreams, links, flash, takesPasswords } = routes;
  const id = paramOf(ctx, 'id');
  const { name } = upstreams.find(id) ?? { name: id };
  const event = linkEvent('upstream-unlinked', { id, name }, placeOf(ctx));
  const account = await accounts.find(browser.accountId);
  const isPasswordless = !takesPasswords || account?.credentials.passwordHash === undefined;
  const outcome = await links.unlink(browser, id, event, isPasswordless);
  if (outcome === 'last') return lastWayIn(ctx, id);
  const unlinked = outcome === 'unlinked';
  if (unlinked) ctx.state.audit('upstream-unlinked', { reason: id });
  const reader = readerOf(ctx);
  const words = unlinked
    ? reader.t('security.notice.upstream-unlinked', { provider: name })
    : reader.t('security.notice.meanwhile');
  seeOther(ctx, flash.linkWith(UPSTREAM_LINKS, ctx.state.browser ?? browser, words));
}
