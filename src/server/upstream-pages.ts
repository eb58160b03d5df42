/** The part of the composition root that makes the ways in by other providers. */
import type { Router } from '@koa/router';
import type { AccountServices } from '../account-changes/services.ts';
import type { Session } from '../accounts/session.ts';
import { Tickets } from '../accounts/tickets.ts';
import type { ProvedAction } from '../config/proof-ages.ts';
import { LogoutTokens } from '../upstream/logout-token.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { UpstreamByMail } from '../upstream/upstream-by-mail.ts';
import { UpstreamLogout } from '../upstream/upstream-logout.ts';
import { UpstreamRequests } from '../upstream/upstream-requests.ts';
import { UpstreamSignIn } from '../upstream/upstream-sign-in.ts';
import type { FlashMessages } from '../web/flash-messages.ts';
import type { ProofWays, StepUp } from '../web/middleware/step-up.ts';
import type { PageTickets } from '../web/page-tickets.ts';
import { PROVED_BY_PASSWORD } from '../web/routes/passwords-off.ts';
import { upstreamByMailRoutes } from '../web/routes/upstream-by-mail.ts';
import { upstreamFoundRoutes } from '../web/routes/upstream-found.ts';
import { upstreamLinkRoutes } from '../web/routes/upstream-links.ts';
import { upstreamSignInRoutes } from '../web/routes/upstream-sign-in.ts';
import { upstreamLogoutEndpoint } from '../web/upstream-logout-endpoint.ts';
import type { WebMiddleware, WebState } from '../web/web-state.ts';
import { limiterOf, serviceOf } from './accounts.ts';
import type { Parts } from './parts.ts';
import { fetchOf, linkingOf } from './upstreams.ts';

interface Shared {
  readonly services: Pick<AccountServices, 'sessionCreation' | 'signUp'>;
  readonly tickets: PageTickets;
  readonly flash: FlashMessages;
  readonly stepUp: StepUp;
  readonly now: () => number;
}

export function upstreamPages(
  parts: Parts,
  { services, tickets, flash, stepUp, now }: Shared,
): Router<WebState>[] {
  const { config, keyring, stores, upstreams, providers, delivery } = parts;
  const { issuer } = config;
  const upstreamSignIn = new UpstreamSignIn({
    ...services,
    issuer,
    accounts: stores.accounts,
    links: stores.upstreamLinks,
    linking: linkingOf(parts),
    states: stores.records,
    limiter: limiterOf(parts),
    providers,
    now,
  });
  const requests = new UpstreamRequests(keyring, now);
  /** An entry that is closed admits no visitor, with an invitation either. */
  const admission = async ({ signUp }: Upstream, token: string | undefined) => {
    const isOpen = signUp === 'open' || (signUp === 'follow' && config.signUp === 'open');
    if (isOpen || signUp === 'closed') return { open: isOpen, invitation: undefined };
    return services.signUp.gate(token);
  };
  const routes = {
    issuer,
    upstreams,
    upstreamSignIn,
    requests,
    flash,
    stepUp,
    tickets,
    admission,
    links: stores.upstreamLinks,
  };
  return [
    upstreamSignInRoutes(routes),
    upstreamByMailRoutes({
      ...routes,
      byMail: byMailOf(parts, services),
      outbox: delivery.outbox !== undefined,
    }),
    upstreamFoundRoutes({ ...routes, ...services }),
    upstreamLinkRoutes({ ...routes, ...stores, takesPasswords: config.passwordSignIn === 'open' }),
  ];
}

const byMailOf = (parts: Parts, { sessionCreation }: Pick<AccountServices, 'sessionCreation'>) =>
  new UpstreamByMail({
    ...parts.stores,
    service: serviceOf(parts),
    tickets: new Tickets(parts.keyring, 'upstream'),
    mail: parts.delivery.mail,
    limiter: limiterOf(parts),
    sessionCreation,
  });

/** With what owners who are signed in prove who they are. */
export function proofWaysOf({
  config,
  stores,
  upstreams,
}: Parts): (browser: Session, action: ProvedAction) => Promise<ProofWays> {
  return async ({ accountId }, action) => {
    const takesPassword = config.passwordSignIn === 'open' || PROVED_BY_PASSWORD.includes(action);
    const [account, links] = await Promise.all([
      stores.accounts.find(accountId),
      stores.upstreamLinks.list(accountId),
    ]);
    const linked = upstreams.all.filter(({ id }) => links.some(({ upstream }) => upstream === id));
    return {
      hasPassword: takesPassword && account?.credentials.passwordHash !== undefined,
      upstreams: linked.map(({ id, name }) => ({ id, name })),
    };
  };
}

/** Where providers say that a person has signed out there. */
export function upstreamLogoutPart(parts: Parts): WebMiddleware {
  const { config, stores, upstreams, providers, overrides } = parts;
  const now = overrides.now ?? Date.now;
  const logout = new UpstreamLogout({
    ...stores,
    links: stores.upstreamLinks,
    sessions: stores.upstreamSessions,
    providers,
    tokens: new LogoutTokens(fetchOf(config), now),
    used: stores.records,
    limiter: limiterOf(parts),
  });
  return upstreamLogoutEndpoint({ upstreams, logout });
}
