/** The part of the composition root that makes the operator console. */
import type { Router } from '@koa/router';
import { ConsoleSessions } from '../admin/console-sessions.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { consoleFence } from '../web/console/fence.ts';
import type { GateParts } from '../web/console/gate.ts';
import { consoleRoutes } from '../web/console/routes.ts';
import type { Standing } from '../web/pages/console.ts';
import type { WebMiddleware, WebState } from '../web/web-state.ts';
import { queueName } from '../webhooks/webhook-receiver.ts';
import { consoleApi, fenceOf } from './admin.ts';
import type { Parts } from './parts.ts';

export function consoleFencePart(parts: Parts): WebMiddleware {
  return consoleFence(fenceOf(parts));
}

export function consolePages(
  parts: Parts,
  protocol: Protocol,
  { stepUp, flash, tickets, now }: Pick<GateParts, 'stepUp' | 'flash' | 'tickets' | 'now'>,
): Router<WebState>[] {
  const { config, stores } = parts;
  return consoleRoutes({
    api: consoleApi(parts, protocol),
    operators: stores.operators,
    sessions: new ConsoleSessions(stores.records, now),
    factors: stores.factors,
    ...{ stepUp, flash, tickets, now },
    proofAge: config.proofAges.administer,
    standings: () => standingsOf(parts),
    settings: config.changed,
  });
}

/** What needs a hand, and what does not. What cannot be asked is wrong. */
async function standingsOf({ config, durability, keyring, stores, webhooks }: Parts): Promise<Standing[]> {
  const [state, mails, needed, ...notices] = await Promise.all([
    durability.state(),
    stores.owedMails.count(),
    stores.secretRecords.needed(),
    ...webhooks.map(({ id }) => stores.webhookQueues.count(queueName(id))),
  ]);
  const older = needed.filter((name) => name !== keyring.names[0]);
  const waiting = notices.reduce((sum, count) => sum + count, 0);
  return [
    { what: 'store', isWrong: state !== 'ready', count: 0, details: [state] },
    { what: 'mails', isWrong: mails > MANY, count: mails, details: [] },
    { what: 'notices', isWrong: waiting > MANY, count: waiting, details: [] },
    { what: 'secrets', isWrong: older.length > 0, count: older.length, details: older },
    {
      what: 'warnings',
      isWrong: config.warnings.length > 0,
      count: config.warnings.length,
      details: config.warnings,
    },
  ];
}

/** More wait than leave by themselves in a while. */
const MANY = 100;
