/** Where nothing came of going to a provider, and what the pages about providers share. */

import type { Invitation } from '../../accounts/invitations.ts';
import type { UpstreamLinkStore } from '../../upstream/link-store.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { UpstreamRequests } from '../../upstream/upstream-requests.ts';
import type { FoundSubject, UpstreamSignIn } from '../../upstream/upstream-sign-in.ts';
import { vouchedEmail } from '../../upstream/vouched-email.ts';
import { refuseAccess } from '../access-denied.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { answerAt } from '../form-answers.ts';
import { readStep, readVisitor, setStep } from '../middleware/cookies.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import { linkTo } from '../pages/labels.ts';
import type { UpstreamFailure, UpstreamView } from '../pages/upstream.ts';
import { signedInAs } from '../render.ts';
import type { WebContext } from '../web-state.ts';
import { ownPath } from './return-to.ts';
import type { SignedInPage } from './signed-in.ts';
import { paramOf, queryOf } from './visit.ts';

interface Upstreams {
  readonly all: readonly Upstream[];
  find(id: string): Upstream | undefined;
}

interface Admission {
  readonly open: boolean;
  /** They may because of it alone. */
  readonly invitation: Invitation | undefined;
}

export interface UpstreamRoutes {
  readonly issuer: string;
  readonly upstreams: Upstreams;
  readonly upstreamSignIn: UpstreamSignIn;
  readonly requests: UpstreamRequests;
  readonly flash: FlashMessages;
  readonly stepUp: StepUp;
  readonly links: UpstreamLinkStore;
  readonly tickets: PageTickets;
  /** Whether who is unknown here may create an account by this provider, and because of which invitation. */
  readonly admission: (upstream: Upstream, invitation: string | undefined) => Promise<Admission>;
}

export const UPSTREAM_LINKS = '/account/security/upstream';
/** A provider of whom nothing is believed may be asked again; what is down is not this server. */
export const STATUS: Readonly<Record<UpstreamFailure, number>> = {
  down: 503,
  refused: 400,
  gone: 400,
  unknown: 403,
  taken: 409,
  another: 409,
  stale: 400,
};

interface About {
  readonly isLinking: boolean;
  readonly returnTo?: string | undefined;
}

/** Whatever was wrong with it, the visitor hears the same; but that it is too old, or another browser's, helps them on. */
export function refused(ctx: WebContext, upstream: Upstream, reason: string, about: About): void {
  ctx.state.audit('upstream-refused', { reason });
  failed(ctx, upstream, ['gone', 'used', 'state'].includes(reason) ? 'gone' : 'refused', about);
}

/** A page of its own says it: the answer of the provider does not stay in the address. */
export function failed(ctx: WebContext, upstream: Upstream, failure: UpstreamFailure, about: About): void {
  answerAt(ctx, addressOf(upstream, about), { failure, status: STATUS[failure] });
}

export function addressOf(upstream: Upstream, { isLinking, returnTo }: About): string {
  return linkTo(pathOf(upstream), { return_to: isLinking ? UPSTREAM_LINKS : returnTo });
}

export async function viewOf(
  routes: UpstreamRoutes,
  ctx: WebContext,
  upstream: Upstream,
  told: { readonly failure?: UpstreamFailure | undefined; readonly problem?: UpstreamView['problem'] },
): Promise<UpstreamView> {
  const { id, name } = upstream;
  const returnTo = ownPath(queryOf(ctx, 'return_to'), routes.issuer);
  const isLinking = returnTo === UPSTREAM_LINKS && ctx.state.browser !== undefined;
  const isUnknown = told.failure === 'unknown';
  const found = isUnknown ? readFound(routes, ctx, upstream) : undefined;
  const mayCreate = isUnknown && (await routes.admission(upstream, found?.invitation)).open;
  const vouched = found && vouchedEmail(upstream, found);
  return {
    page: 'upstream',
    csrf: ctx.state.csrf,
    signedInAs: signedInAs(ctx),
    provider: name,
    isLinking,
    back: isLinking ? UPSTREAM_LINKS : linkTo('/sign-in', { return_to: returnTo }),
    failure: told.failure,
    ...(isUnknown && {
      linkAt: linkTo('/sign-in', { return_to: `${UPSTREAM_LINKS}/${id}/found` }),
      ...(vouched && { mailAt: `${pathOf(upstream)}/mail`, mailTo: vouched }),
      createAt: mayCreate ? `${pathOf(upstream)}/new` : undefined,
    }),
    problem: told.problem,
  };
}

export const pathOf = ({ id }: Upstream) => `/sign-in/upstream/${id}`;

/** What is neither a provider of the file nor linked with the account is not there. */
export function knownUpstream(
  { upstreams, links }: Pick<UpstreamRoutes, 'upstreams' | 'links'>,
  page: SignedInPage,
): SignedInPage {
  return async (ctx, browser) => {
    const id = paramOf(ctx, 'id');
    const isLinked = async () =>
      (await links.list(browser.accountId)).some(({ upstream }) => upstream === id);
    return upstreams.find(id) || (await isLinked()) ? page(ctx, browser) : refuseAccess(ctx, 'upstream');
  };
}

const FOUND = 'upstream-found';

export type KeptSubject = FoundSubject & {
  readonly returnTo: string;
  /** Token of the invitation with which they came. */
  readonly invitation: string | undefined;
};

/** For ten minutes, in the browser to which the provider said it. */
export function keepFound({ tickets }: UpstreamRoutes, ctx: WebContext, kept: KeptSubject): void {
  setStep(ctx, 'upstreamFoundPass', tickets.issue(FOUND, readVisitor(ctx) ?? '', kept));
}

export function readFound(
  { tickets }: Pick<UpstreamRoutes, 'tickets'>,
  ctx: WebContext,
  { id }: Upstream,
): KeptSubject | undefined {
  const visitor = readVisitor(ctx);
  const kept = readStep(ctx, 'upstreamFoundPass');
  const found = visitor === undefined ? undefined : tickets.read<KeptSubject>(FOUND, visitor, kept);
  return found?.upstream === id ? found : undefined;
}
