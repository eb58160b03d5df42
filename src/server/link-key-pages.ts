/** The part of the composition root that makes the pages of keys for machines. */
import type { Router } from '@koa/router';
import { LinkKeys } from '../devices/link-keys.ts';
import { networksOf } from '../net/networks.ts';
import { takesLinkKeys } from '../oidc/link-key-clients.ts';
import type { Protocol } from '../oidc/protocol.ts';
import type { FlashMessages } from '../web/flash-messages.ts';
import type { StepUp } from '../web/middleware/step-up.ts';
import type { PageTickets } from '../web/page-tickets.ts';
import { linkKeyRoutes } from '../web/routes/link-keys.ts';
import type { WebState } from '../web/web-state.ts';
import type { Parts } from './parts.ts';

interface SharedByPages {
  readonly tickets: PageTickets;
  readonly flash: FlashMessages;
  readonly stepUp: StepUp;
  readonly now: () => number;
}

export function linkKeyPages(
  { config, stores }: Parts,
  clients: Protocol['clients'],
  shared: SharedByPages,
): Router<WebState> {
  return linkKeyRoutes({
    linkKeys: new LinkKeys(stores.linkKeys, stores.linkedDevices, stores.grants),
    takers: () =>
      clients.all.filter(takesLinkKeys).map(({ client_id: id }) => ({ id, name: clients.nameOf(id) })),
    appName: (id) => clients.nameOf(id),
    networks: networksOf(config),
    ...shared,
  });
}
