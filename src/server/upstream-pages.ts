/** The part of the composition root that makes the ways in by other providers. */
import type { Router } from '@koa/router';
import type { AccountServices } from '../account-changes/services.ts';
import type { Session } from '../accounts/session.ts';
import type { Config } from '../config/config.ts';
import type { ProvedAction } from '../config/proof-ages.ts';
import { Egress } from '../net/egress.ts';
import { guardedFetch } from '../net/egress-fetch.ts';
import { LogoutTokens } from '../upstream/logout-token.ts';
import { UpstreamProviders } from '../upstream/providers.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { UpstreamLogout } from '../upstream/upstream-logout.ts';
import { UpstreamRequests } from '../upstream/upstream-requests.ts';
import { UpstreamSignIn } from '../upstream/upstream-sign-in.ts';
import type { FlashMessages } from '../web/flash-messages.ts';
import type { ProofWays, StepUp } from '../web/middleware/step-up.ts';
import type { PageTickets } from '../web/page-tickets.ts';
import { PROVED_BY_PASSWORD } from '../web/routes/passwords-off.ts';
import { upstreamFoundRoutes } from '../web/routes/upstream-found.ts';
import { upstreamLinkRoutes } from '../web/routes/upstream-links.ts';
import { upstreamSignInRoutes } from '../web/routes/upstream-sign-in.ts';
import { upstreamLogoutEndpoint } from '../web/upstream-logout-endpoint.ts';
import type { WebMiddleware, WebState } from '../web/web-state.ts';
import { limiterOf } from './accounts.ts';
import type { Parts } from './parts.ts';

/** Milliseconds for one question to a provider: a person waits for it. */
const TIMEOUT = 5000;

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
  const { config, keyring, log, stores, upstreams } = parts;
  const { issuer } = config;
  const providers = providersOf(config, now, log);
  const upstreamSignIn = new UpstreamSignIn({
    ...services,
    issuer,
    accounts: stores.accounts,
    links: stores.upstreamLinks,
    sessions: stores.upstreamSessions,
    sessionLife: config.lifetimes.browserAbsolute,
    states: stores.records,
    limiter: limiterOf(parts),
    providers,
    now,
  });
  const requests = new UpstreamRequests(keyring, now);
  const mayCreate = ({ signUp }: Upstream) =>
    signUp === 'open' || (signUp === 'follow' && config.signUp === 'open');
  const routes = {
    issuer,
    upstreams,
    upstreamSignIn,
    requests,
    flash,
    stepUp,
    tickets,
    mayCreate,
    links: stores.upstreamLinks,
  };
  return [
    upstreamSignInRoutes(routes),
    upstreamFoundRoutes({ ...routes, ...services }),
    upstreamLinkRoutes({ ...routes, ...stores, takesPasswords: config.passwordSignIn === 'open' }),
  ];
}

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

export function providersOf(
  config: Pick<Config, 'egress'>,
  now: () => number,
  log?: Parts['log'],
): UpstreamProviders {
  return new UpstreamProviders({
    fetch: fetchOf(config),
    onFailure: (failure) => log?.error(failure, 'a provider of UPSTREAM_FILE cannot be used'),
    now,
  });
}

const fetchOf = ({ egress }: Pick<Config, 'egress'>) => guardedFetch(new Egress(egress), TIMEOUT);

/** Where providers say that a person has signed out there. */
export function upstreamLogoutPart(parts: Parts): WebMiddleware {
  const { config, log, stores, upstreams, overrides } = parts;
  const now = overrides.now ?? Date.now;
  const logout = new UpstreamLogout({
    ...stores,
    links: stores.upstreamLinks,
    sessions: stores.upstreamSessions,
    providers: providersOf(config, now, log),
    tokens: new LogoutTokens(fetchOf(config), now),
    used: stores.records,
    limiter: limiterOf(parts),
  });
  return upstreamLogoutEndpoint({ upstreams, logout });
}
