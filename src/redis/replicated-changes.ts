/**
 * Changes that count only when so many replicas have them. `WAIT` is refused inside scripts, and holds up what stands
 * behind it on its connection: so they go by connections of their own, gathered, one wait for all that have come while
 * the last was out. See docs/decisions, what was acknowledged survives its master.
 */
import { Cluster, Command, type Redis } from 'ioredis';
import { MasterChanges, type Placement, type ReplicaDemand } from './master-changes.ts';
import { SendAgain } from './store-errors.ts';

export class ReplicatedChanges {
  readonly #client: Redis | Cluster;
  readonly #demand: ReplicaDemand;
  readonly #ofMaster = new WeakMap<Redis, MasterChanges>();

  /** @param client by which nothing else is sent */
  constructor(client: Redis | Cluster, demand: ReplicaDemand) {
    this.#client = client;
    this.#demand = demand;
  }

  /**
   * @param place decides which master it is
   * @param send sends one command, or several, at once; may be called again
   * @returns the reply, once so many replicas have all that the master knew when it replied
   * @throws TooFewReplicas: it may have happened; SendAgain, or the client library's error
   */
  async send<T>(place: Placement, send: (redis: Redis) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (!(client instanceof Cluster)) return this.#changesOf(client).send(place, send);
    const master = masterOf(client, place.key) ?? (await learnMaster(client, place.key));
    try {
      return await this.#changesOf(master).send(place, send);
    } catch (error) {
      if (!isElsewhere(error)) throw error;
      await learnMaster(client, place.key);
      throw new SendAgain('a slot has moved', { cause: error });
    }
  }

  #changesOf(master: Redis): MasterChanges {
    const known = this.#ofMaster.get(master);
    if (known) return known;
    const changes = new MasterChanges(master, this.#demand);
    this.#ofMaster.set(master, changes);
    return changes;
  }
}

/** A script and the wait for it have to go by one connection, which the client library's own way through a cluster does not promise. */
function masterOf(cluster: Cluster, key: string): Redis | undefined {
  const slot = new Command('exists', [key]).getSlot();
  const [address] = (slot === null ? undefined : cluster.slots[slot]) ?? [];
  return cluster.nodes('all').find(({ options }) => `${options.host}:${options.port}` === address);
}

/** The client library follows to where the cluster points, and keeps what it has learned. */
async function learnMaster(cluster: Cluster, key: string): Promise<Redis> {
  await cluster.exists(key);
  const master = masterOf(cluster, key);
  if (!master) throw new SendAgain('no connection to the master of a slot');
  return master;
}

function isElsewhere(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK) /.test(error.message);
}
