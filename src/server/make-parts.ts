/** The part of the composition root that makes what everything else is made from. */
import { HourlyFigures } from '../audit/hourly-figures.ts';
import type { Metrics } from '../audit/metrics.ts';
import { answerTo } from '../audit/poll-answer.ts';
import { SecurityLog } from '../audit/security-log.ts';
import type { Config } from '../config/config.ts';
import { LinkWatch } from '../devices/link-watch.ts';
import { createDelivery } from '../mail/delivery.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { DurabilityWatch } from '../redis/durability-watch.ts';
import type { Keyring } from '../redis/keyring.ts';
import { createStores, type Stores } from '../redis/stores.ts';
import { buildOf } from '../runtime/version.ts';
import { ClientsFile } from './clients-file.ts';
import { jobsOf } from './jobs.ts';
import { heardBy } from './notices.ts';
import type { Parts } from './parts.ts';
import type { readStartFiles } from './start-files.ts';
import { providersOf } from './upstreams.ts';

export function storesOf(
  config: Config,
  connection: RedisConnection,
  keyring: Keyring,
  metrics: Metrics,
): Stores {
  return createStores(connection, keyring, {
    prefix: config.redisPrefix,
    liveCodes: config.liveCodes,
    waitingSignIns: config.waitingSignIns,
    registeredClients: config.registration,
    maxBrowsers: config.maxBrowsers,
    maxDevices: config.maxDevices,
    ...heardBy(config),
    onCommand: (seconds, outcome) => metrics.countCommand(seconds, outcome),
    onPoll: (polled) => metrics.countPoll(answerTo(polled)),
  });
}

interface Given
  extends Pick<Parts, 'config' | 'log' | 'overrides' | 'keyring' | 'metrics' | 'stores' | 'keys'> {
  readonly files: Awaited<ReturnType<typeof readStartFiles>>;
  readonly connection: RedisConnection;
}

/** Once the store is open. */
export function partsOf({ files, connection, ...given }: Given): Parts {
  const { config, log, overrides, keyring, metrics, stores } = given;
  const { protocol, brand, ...read } = files;
  const build = buildOf(overrides.node);
  metrics.setBuild(build);
  const hourly = new HourlyFigures(stores.hourlyFigures, overrides.now);
  return {
    ...given,
    ...read,
    build,
    brand,
    delivery: createDelivery(
      { ...config, product: brand.name },
      (failure) => log.error(failure, 'a mail could not be sent'),
      (ready) => metrics.setMailReady(ready),
      overrides.mailer,
    ),
    clientsFile: new ClientsFile({ ...protocol, metrics, log }),
    resources: protocol.resources,
    providers: providersOf(config, overrides.now ?? Date.now, log),
    hourly,
    jobs: jobsOf({ stores, log, overrides }),
    security: new SecurityLog(log, keyring, (event, details) => {
      metrics.countEvent(event, details);
      hourly.count(event);
    }),
    linkWatch: new LinkWatch(stores.waitingLinks),
    stopping: new AbortController(),
    durability: new DurabilityWatch(connection, stores.probe, {
      allow: config.allowUnsafeRedis,
      replicas: config.redisReplicas,
      onFewReplicas: (masters) => log.warn({ masters }, 'too few replicas'),
    }),
  };
}
