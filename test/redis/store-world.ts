/** One server, one Sentinel and a Cluster of one node, each with and without TLS, behind proxies that see every byte. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../support/free-port.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';
import { startTestProcess } from '../support/redis-standalone.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { makeAuthority, makeCertificate, type TestCertificate } from '../support/test-certificates.ts';

/** Of Redis, and of the Sentinel: with everything in them that an address escapes. */
export const PASSWORD = 'p@ss:/?#,%[é]';
export const SENTINEL_PASSWORD = 'of-the-sentinel';
/** From where the Sentinel looks at what it watches. */
const WATCHER = '127.0.0.3';
/** In the certificate; `::1` is not. */
const NAMES = ['IP:127.0.0.1', 'DNS:localhost'];

export async function startStoreWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-tls-'));
  const authority = await makeAuthority(folder, 'authority');
  const [other, server, client] = await Promise.all([
    makeAuthority(folder, 'other'),
    makeCertificate(folder, 'server', authority, NAMES),
    makeCertificate(folder, 'client', authority, ['DNS:latchkey']),
  ]);
  const ports = await portsOf();
  const socket = join(folder, 'redis.sock');
  const tls = (port: number, clients: 'yes' | 'no') => tlsArguments(port, authority, server, clients);
  const single = await startTestProcess(() => [
    '--databases',
    '4',
    '--unixsocket',
    socket,
    ...tls(ports.singleTls, 'no'),
  ]);
  const announced = ['--cluster-announce-ip', '127.0.0.1', '--cluster-announce-port', `${ports.cluster}`];
  const cluster = await startTestProcess((bus) => [
    ...['--cluster-enabled', 'yes', '--tls-cluster', 'yes', '--cluster-port', `${bus}`, ...announced],
    ...['--cluster-announce-tls-port', `${ports.clusterTls}`, ...tls(ports.clusterOwnTls, 'yes')],
  ]);
  await Promise.all([addUser(single.port), addUser(cluster.port).then(() => takeSlots(cluster.port))]);
  const proxies = await Promise.all([
    startRecordingProxy(ports.single, single.port, WATCHER),
    startRecordingProxy(ports.singleFront, ports.singleTls, WATCHER),
    startRecordingProxy(ports.cluster, cluster.port, WATCHER),
    startRecordingProxy(ports.clusterTls, ports.clusterOwnTls, WATCHER),
    startRecordingProxy(ports.sentinel, ports.sentinelOwn, WATCHER),
    startRecordingProxy(ports.sentinelTls, ports.sentinelOwnTls, WATCHER),
  ]);
  const sentinel = await startSentinel(folder, ports, tls(ports.sentinelOwnTls, 'no'));
  return {
    folder,
    authority,
    other,
    client,
    socket,
    ports,
    /** Of each connection to any of them, all that was written since `forget`. */
    written: () => proxies.flatMap((proxy) => proxy.written()),
    forget: () => {
      for (const proxy of proxies) proxy.forget();
    },
    stop: async () => {
      sentinel.kill('SIGKILL');
      await Promise.all([single.stop(), cluster.stop(), once(sentinel, 'exit')]);
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function portsOf() {
  const names = [
    ...['single', 'singleFront', 'singleTls', 'cluster', 'clusterTls', 'clusterOwnTls'],
    ...['sentinel', 'sentinelTls', 'sentinelOwn', 'sentinelOwnTls'],
  ] as const;
  const entries = await Promise.all(names.map(async (name) => [name, await freePort()] as const));
  return Object.fromEntries(entries) as Record<
    | 'single'
    | 'singleFront'
    | 'singleTls'
    | 'cluster'
    | 'clusterTls'
    | 'clusterOwnTls'
    | 'sentinel'
    | 'sentinelTls'
    | 'sentinelOwn'
    | 'sentinelOwnTls',
    number
  >;
}

type Ports = Awaited<ReturnType<typeof portsOf>>;

function tlsArguments(
  port: number,
  authority: TestCertificate,
  server: TestCertificate,
  clients: 'yes' | 'no',
): string[] {
  return [
    ...['--tls-port', `${port}`, '--tls-auth-clients', clients, '--tls-ca-cert-file', authority.certificate],
    ...['--tls-cert-file', server.certificate, '--tls-key-file', server.key],
  ];
}

/** Beside the default user, who needs no password. */
async function addUser(port: number): Promise<void> {
  const redis = new Redis({ host: '127.0.0.1', port });
  await redis.acl('SETUSER', 'ada', 'on', `>${PASSWORD}`, '~*', '&*', '+@all');
  redis.disconnect();
}

async function takeSlots(port: number): Promise<void> {
  const redis = new Redis({ host: '127.0.0.1', port });
  await redis.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  while (!((await redis.call('CLUSTER', 'INFO')) as string).includes('cluster_state:ok')) await sleep(10);
  redis.disconnect();
}

/** It watches the same server twice: as `plain`, and as `tls`. Alone it replaces none. */
async function startSentinel(folder: string, ports: Ports, tls: readonly string[]) {
  const file = join(folder, 'sentinel.conf');
  const lines = [
    `port ${ports.sentinelOwn}`,
    'bind 127.0.0.1',
    `bind-source-addr ${WATCHER}`,
    `sentinel monitor plain 127.0.0.1 ${ports.single} 9`,
    `sentinel monitor tls 127.0.0.1 ${ports.singleFront} 9`,
    `user watch on >${SENTINEL_PASSWORD} ~* &* +@all`,
    ...tls.flatMap((word, index) => (index % 2 === 0 ? [`${word.slice(2)} ${tls[index + 1]}`] : [])),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = endsWithUs(spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }), 'Sentinel');
  const redis = new Redis({ host: '127.0.0.1', port: ports.sentinelOwn, retryStrategy: () => 10 });
  redis.on('error', () => {});
  while (!(await redis.info('sentinel').catch(() => '')).includes('master1')) await sleep(10);
  redis.disconnect();
  return child;
}

export type StoreWorld = Awaited<ReturnType<typeof startStoreWorld>>;
