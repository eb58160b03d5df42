import { z } from 'zod';
import { type AccessRouteParts, accessRoutes } from './access-routes.ts';
import { type AccountActRouteParts, accountActRoutes } from './account-act-routes.ts';
import { type AccountRouteParts, accountRoutes } from './account-routes.ts';
import { type ActivityRouteParts, activityRoutes } from './activity-routes.ts';
import { type AuditRouteParts, auditRoutes } from './audit-routes.ts';
import { clientChangeRoutes } from './client-change-routes.ts';
import { type ClientDeviceRouteParts, clientDeviceRoutes } from './client-device-routes.ts';
import { type ClientReloadRouteParts, clientReloadRoute } from './client-reload-route.ts';
import { type ClientRouteParts, clientRoutes } from './client-routes.ts';
import { type InitialTokenRouteParts, initialTokenRoutes } from './initial-token-routes.ts';
import { type JobRouteParts, jobRoutes } from './job-routes.ts';
import { type KeyRouteParts, keyRoutes } from './key-routes.ts';
import { type LettingInRouteParts, lettingInRoutes } from './letting-in-routes.ts';
import { openApi } from './openapi.ts';
import { type ReceiverRouteParts, receiverRoutes } from './receiver-routes.ts';
import { type AdminRoute, route } from './route.ts';
import { type StatsRouteParts, statsRoutes } from './stats-routes.ts';
import { type StreamRouteParts, streamRoutes } from './stream-routes.ts';

interface AdminRouteParts
  extends AccountRouteParts,
    AccountActRouteParts,
    LettingInRouteParts,
    ActivityRouteParts,
    AccessRouteParts,
    ClientDeviceRouteParts,
    ClientRouteParts,
    ClientReloadRouteParts,
    InitialTokenRouteParts,
    KeyRouteParts,
    JobRouteParts,
    StatsRouteParts,
    ReceiverRouteParts,
    StreamRouteParts,
    AuditRouteParts {
  readonly issuer: string;
  readonly version: string;
}

/** Every route of the Admin API. What does not stand here does not exist. */
export function adminRoutes(parts: AdminRouteParts): AdminRoute[] {
  const routes: AdminRoute[] = [
    ...accountRoutes(parts),
    ...accountActRoutes(parts),
    ...lettingInRoutes(parts),
    ...activityRoutes(parts),
    ...accessRoutes(parts),
    ...clientDeviceRoutes(parts),
    ...clientRoutes(parts),
    clientReloadRoute(parts),
    ...clientChangeRoutes(parts),
    ...initialTokenRoutes(parts),
    ...keyRoutes(parts),
    ...jobRoutes(parts),
    ...statsRoutes(parts),
    ...receiverRoutes(parts),
    ...streamRoutes(parts),
    ...auditRoutes(parts),
  ];
  routes.push(descriptionRoute(() => openApi(routes, parts.issuer, parts.version)));
  return routes;
}

/** The description is of all routes, itself among them. */
function descriptionRoute(describe: () => object): AdminRoute {
  return route({
    name: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    scope: undefined,
    summary: 'This description',
    answers: { 200: z.looseObject({ openapi: z.string() }) },
    answer: async () => ({ status: 200, body: describe() }),
  });
}
