/** Every page of the operator console. */
import type { Router } from '@koa/router';
import type { WebState } from '../web-state.ts';
import { Gate, type GateParts } from './gate.ts';
import { consoleOverviewRoutes, type OverviewParts } from './overview.ts';
import { consoleSignInRoutes } from './sign-in.ts';

export function consoleRoutes(parts: GateParts & OverviewParts): Router<WebState>[] {
  const gate = new Gate(parts);
  return [consoleSignInRoutes(gate, parts), consoleOverviewRoutes(gate, parts)];
}
