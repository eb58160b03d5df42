/** What a server does that no request waits for. */
import { ClosingSweep } from '../account-changes/closing-sweep.ts';
import { type Alerts, startAlerts } from '../alerts/alerts.ts';
import type { LogoutTokens } from '../apps/logout-delivery.ts';
import { OwnTelling } from '../audit/running-servers.ts';
import type { Protocol } from '../oidc/protocol.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import { RecoverySweep } from '../sessions/recovery-sweep.ts';
import { limiterOf, serviceOf } from './accounts.ts';
import { startNotices } from './notices.ts';
import type { Parts } from './parts.ts';
import { warnOf } from './warn-of.ts';

/** Milliseconds between looks for what has come due: accounts to close, owners to be told again of a recovery. */
const DUE_PAUSE = 60_000;

type BackgroundParts = Pick<
  Parts,
  | 'stores'
  | 'keyring'
  | 'delivery'
  | 'log'
  | 'overrides'
  | 'config'
  | 'brand'
  | 'languages'
  | 'metrics'
  | 'webhooks'
  | 'durability'
  | 'build'
  | 'clientsFile'
> &
  Pick<Protocol, 'receiverTokens' | 'eventTokens'> & {
    readonly logoutTokens: LogoutTokens;
    readonly clients: Pick<Protocol['clients'], 'all'>;
  };

/** What stops with the server; the first is the first to stop. Owners before apps: alerts are mails. */
export async function startBackground(
  parts: BackgroundParts,
): Promise<{ name: string; stop: () => Promise<unknown> }[]> {
  const { stores, log, metrics } = parts;
  const notices = await startNotices(parts);
  const alerts = alertsOf(parts);
  metrics.watchQueue('alerts_waiting', 'Alerts that wait or are being sent.', () => alerts.depth());
  if (parts.config.redisReplicas > 0)
    metrics.watchQueue(
      'redis_replicas_missing',
      'Replicas in sync that REDIS_REPLICAS asks for and the master that lacks most has not.',
      () => parts.durability.missingReplicas(),
    );
  const sweeps = [
    new ClosingSweep(stores.closings, alerts, notices),
    new RecoverySweep(stores.recoveries),
  ].map(
    (due) =>
      new IntervalTask(() => due.sweep(), DUE_PAUSE, warnOf(log, 'what has come due could not be done yet')),
  );
  const telling = tellingOf(parts);
  return [
    { name: 'alerts', stop: () => alerts.close() },
    { name: 'mail', stop: () => parts.delivery.close() },
    { name: 'notices', stop: () => notices.close() },
    { name: 'sweeps', stop: () => Promise.all(sweeps.map((sweep) => sweep.stop())) },
    { name: 'telling of this server', stop: () => telling.stop() },
  ];
}

function tellingOf({ stores, clientsFile, build, overrides }: BackgroundParts): OwnTelling {
  const { version, commit } = build;
  const now = overrides.now ?? Date.now;
  const telling = new OwnTelling(stores.runningServers, () => ({
    ...{ version, commit, format: stores.format.newest, clientsSha: clientsFile.sha, at: now() },
  }));
  clientsFile.onReload(() => telling.now());
  return telling;
}

function alertsOf(parts: BackgroundParts): Alerts {
  const { config, stores, keyring, delivery, log } = parts;
  return startAlerts({
    ...stores,
    service: serviceOf(parts),
    mailer: delivery.mailer,
    texts: delivery.texts,
    textCountries: config.smsCountries,
    limiter: limiterOf(parts),
    keyring,
    onFailure: (failure) => log.warn(failure, 'an alert could not be told yet'),
  });
}
