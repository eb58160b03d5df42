/**
 * The client library's own client for each kind of address.
 *
 * `maxRetriesPerRequest: 0`, a command timeout and no offline queue belong together: with any one missing the
 * client library either repeats a command whose reply was lost, or holds requests until the store is back.
 */
import { isIP } from 'node:net';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { NO_ACCESS, type StoreAccess } from '../config/store-access.ts';
import { parseStoreAddress, type StoreAddress, type StoreHosts } from '../config/store-address.ts';
import { OperatorError } from '../errors/operator-error.ts';

/** What a client does when the store does not answer. */
function failingClosed(commandTimeout: number) {
  return {
    commandTimeout,
    connectTimeout: commandTimeout,
    disconnectTimeout: Math.min(commandTimeout, 500),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times: number) => Math.min(25 * 2 ** times, 500),
  } satisfies RedisOptions;
}

type Manner = ReturnType<typeof failingClosed> & Pick<RedisOptions, 'username' | 'password' | 'tls'>;

/** Of a question to a Cluster or a Sentinel, each on a connection of its own: connecting, greeting, asking. */
const ROUND_TRIPS = 3;

/**
 * A client for whichever kind of Redis the address names.
 * @param commandTimeout milliseconds
 * @throws OperatorError for what is no address
 */
export function openClient(url: string, commandTimeout: number, access = NO_ACCESS): Redis | Cluster {
  const address = parseStoreAddress(url);
  if (typeof address === 'string') throw new OperatorError(`REDIS_URL: ${address}`);
  const common: Manner = { ...failingClosed(commandTimeout), ...address.login, ...tlsOf(address, access) };
  switch (address.kind) {
    case 'socket':
      return new Redis({ ...common, path: address.path, db: address.db });
    case 'single':
      return new Redis({ ...common, ...address.hosts[0], db: address.db });
    case 'cluster':
      return openCluster(address.hosts, common, address.tls);
    case 'sentinel':
      return new Redis({
        ...common,
        ...sentinelLogin(access),
        ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: common.tls ?? {} }),
        db: address.db,
        sentinels: [...address.hosts],
        // One that stands still is passed over.
        sentinelCommandTimeout: ROUND_TRIPS * commandTimeout,
        name: address.master,
      });
  }
}

function openCluster(hosts: StoreHosts, common: Manner, tls: boolean): Cluster {
  return new Cluster([...hosts], {
    enableOfflineQueue: common.enableOfflineQueue,
    retryDelayOnFailover: 0,
    clusterRetryStrategy: (times) => Math.min(25 * 2 ** times, 500),
    slotsRefreshTimeout: ROUND_TRIPS * common.commandTimeout,
    // The name stays as it is: a certificate is for the name, and an address that was looked up is not in it.
    ...(tls && { dnsLookup: (name, done) => done(null, name) }),
    redisOptions: common,
  });
}

/** What TLS is spoken with. Of one server by name, the name is told in the handshake: some providers choose the server by it. */
export function tlsOf(address: StoreAddress, { tls }: StoreAccess): Pick<RedisOptions, 'tls'> {
  if (!address.tls) return {};
  const { ca, certificate, key } = tls ?? {};
  const name =
    address.kind === 'single' && isIP(address.hosts[0].host) === 0 ? address.hosts[0].host : undefined;
  return {
    tls: {
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key && { key: key.reveal() }),
      ...(name !== undefined && { servername: name }),
    },
  };
}

function sentinelLogin({
  sentinel,
}: StoreAccess): Pick<RedisOptions, 'sentinelUsername' | 'sentinelPassword'> {
  if (!sentinel) return {};
  const { username, password } = sentinel;
  return {
    ...(username !== undefined && { sentinelUsername: username }),
    sentinelPassword: password.reveal(),
  };
}
