/** A real Redis Cluster of three masters, on loopback ports of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startTestProcess, type TestRedisProcess } from './redis-standalone.ts';

export interface TestCluster {
  /** `redis+cluster://…`, as the default user */
  url: string;
  /** The same as the application's user. */
  applicationUrl: string;
  nodes: readonly TestRedisProcess[];
  stop(): Promise<void>;
}

const LAST_SLOT = 16_383;
const PATIENCE = 20_000;

export async function startRedisCluster(): Promise<TestCluster> {
  // A bus port of its own: the usual one, 10000 higher, may be beyond the last port there is.
  const nodes = await Promise.all(
    Array.from({ length: 3 }, () =>
      startTestProcess((spare) => [
        '--cluster-enabled',
        'yes',
        '--cluster-port',
        `${spare}`,
        '--cluster-node-timeout',
        '5000',
      ]),
    ),
  );
  const clients = nodes.map(({ host, port }) => new Redis({ host, port }));
  try {
    await join(clients);
    await untilWhole(clients);
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

/** An equal share of the slots for each, epochs that differ from the start, then they get to know each other. */
async function join(clients: readonly Redis[]): Promise<void> {
  const share = Math.ceil((LAST_SLOT + 1) / clients.length);
  await Promise.all(
    clients.map(async (client, index) => {
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
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
  const giveUpAt = performance.now() + PATIENCE;
  for (const client of clients) {
    for (;;) {
      const info = (await client.call('CLUSTER', 'INFO')) as string;
      if (/cluster_state:ok/.test(info) && info.includes(`cluster_known_nodes:${clients.length}\r`)) break;
      if (performance.now() > giveUpAt) throw new Error(`The test cluster does not come together:\n${info}`);
      await sleep(25);
    }
  }
}
