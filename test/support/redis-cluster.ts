/** A real Redis Cluster of three masters, with a replica of each where that is wanted, on loopback ports of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startTestProcess, type TestRedisProcess } from './redis-standalone.ts';

export interface TestCluster {
  /** `redis+cluster://…`, as the default user */
  url: string;
  /** The same as the application's user. */
  applicationUrl: string;
  /** The three masters first, then their replicas in the same order. */
  nodes: readonly TestRedisProcess[];
  stop(): Promise<void>;
}

interface ClusterOptions {
  /** With a replica of each master, which takes its place when it is gone. */
  replicas?: boolean;
  /** Milliseconds after which a node that does not answer counts as gone. */
  nodeTimeout?: number;
}

const MASTERS = 3;
const LAST_SLOT = 16_383;

export async function startRedisCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const { replicas = false, nodeTimeout = 5000 } = options;
  // A bus port of its own: the usual one, 10000 higher, may be beyond the last port there is.
  const nodes = await Promise.all(
    Array.from({ length: replicas ? 2 * MASTERS : MASTERS }, () =>
      startTestProcess((spare) => [
        '--cluster-enabled',
        'yes',
        '--cluster-port',
        `${spare}`,
        '--cluster-node-timeout',
        `${nodeTimeout}`,
      ]),
    ),
  );
  const clients = nodes.map(({ host, port }) => new Redis({ host, port }));
  try {
    await join(clients);
    await untilWhole(clients);
    await replicate(clients);
  } finally {
    for (const client of clients) client.disconnect();
  }
  const addresses = nodes.map(({ host, port }) => `${host}:${port}`).join(',');
  return {
    url: `redis+cluster://${addresses}`,
    applicationUrl: `redis+cluster://latchkey:any@${addresses}`,
    nodes,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** An equal share of the slots for each master, epochs that differ from the start, then all get to know each other. */
async function join(clients: readonly Redis[]): Promise<void> {
  const share = Math.ceil((LAST_SLOT + 1) / MASTERS);
  await Promise.all(
    clients.map(async (client, index) => {
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      if (index >= MASTERS) return;
      const last = Math.min((index + 1) * share - 1, LAST_SLOT);
      await client.call('CLUSTER', 'ADDSLOTSRANGE', index * share, last);
    }),
  );
  await Promise.all(
    clients.flatMap((from) => clients.filter((to) => to !== from).map((to) => meet(from, to))),
  );
}

async function meet(from: Redis, to: Redis): Promise<void> {
  const myself = (await to.call('CLUSTER', 'NODES')) as string;
  // id host:port@bus,name …
  const [, host, port, bus] = /(\S*):(\d+)@(\d+)/.exec(myself) ?? [];
  await from.call('CLUSTER', 'MEET', host || to.options.host || '', port ?? '', bus ?? '');
}

async function untilWhole(clients: readonly Redis[]): Promise<void> {
  for (const client of clients) {
    await until(async () => {
      const info = (await client.call('CLUSTER', 'INFO')) as string;
      return /cluster_state:ok/.test(info) && info.includes(`cluster_known_nodes:${clients.length}\r`);
    });
  }
}

/** A node that comes after the masters follows them, and every node has heard of it. */
async function replicate(clients: readonly Redis[]): Promise<void> {
  const replicas = clients.slice(MASTERS);
  for (const [index, replica] of replicas.entries()) {
    const master = (await clients[index]?.call('CLUSTER', 'MYID')) as string;
    await replica.call('CLUSTER', 'REPLICATE', master);
  }
  for (const client of replicas) {
    await until(async () => (await client.info('replication')).includes('master_link_status:up'));
  }
  for (const client of clients) {
    await until(async () => {
      const known = (await client.call('CLUSTER', 'NODES')) as string;
      return (known.match(/\bslave\b/g) ?? []).length === replicas.length;
    });
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(25);
}
