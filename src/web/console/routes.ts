/** Every page of the operator console. */
import type { Router } from '@koa/router';
import type { WebState } from '../web-state.ts';
import { consoleAccountRoutes } from './accounts.ts';
import { consoleClientRoutes } from './clients.ts';
import { consoleDeliveryRoutes } from './deliveries.ts';
import { Gate, type GateParts } from './gate.ts';
import { consoleListRoutes } from './lists.ts';
import { consoleOperatorRoutes, type OperatorPageParts } from './operators.ts';
import { consoleOverviewRoutes, type OverviewParts } from './overview.ts';
import { consoleSignInRoutes } from './sign-in.ts';
import { consoleStreamRoutes } from './streams.ts';

export function consoleRoutes(parts: GateParts & OverviewParts & OperatorPageParts): Router<WebState>[] {
  const gate = new Gate(parts);
  return [
    consoleSignInRoutes(gate, parts),
    consoleOverviewRoutes(gate, parts),
    consoleListRoutes(gate),
    consoleAccountRoutes(gate),
    consoleClientRoutes(gate, parts.tickets),
    consoleDeliveryRoutes(gate),
    consoleStreamRoutes(gate),
    consoleOperatorRoutes(gate, parts),
  ];
}
