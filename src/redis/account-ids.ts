import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import type { AccountId } from '../accounts/account.ts';
import type { AccountIds } from '../accounts/sign-out-everyone.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import type { StoreContext } from './store-context.ts';

/** Keys that one step looks at. */
const STEP = '1000';
/** A walk during which the store was changed is begun anew, so often. */
const MAX_WALKS = 5;
const PAUSE = 200;

/**
 * Every account, by walking the keys of every master: nothing else needs a list of accounts, and a list of its own
 * could fall short of the truth. SCAN promises each key that stays from beginning to end, of one process: a walk
 * during which a server was restarted or replaced, or slots moved, is begun anew.
 */
export class RedisAccountIds implements AccountIds {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async *all(): AsyncGenerator<AccountId[]> {
    for (let walk = 0; walk < MAX_WALKS; walk += 1) {
      if (walk > 0) await sleep(PAUSE);
      const before = await this.#shape();
      for (const node of await this.#masters()) yield* this.#walk(node);
      if (before !== undefined && before === (await this.#shape())) return;
    }
    throw new StoreUnavailable('listing accounts');
  }

  async #masters(): Promise<Redis[]> {
    return this.#context.scripts.plain('finding masters', async (redis) => mastersOf(redis));
  }

  async *#walk(node: Redis): AsyncGenerator<AccountId[]> {
    const { scripts, keyspace } = this.#context;
    let cursor = '0';
    do {
      const from = cursor;
      const [next, keys] = await scripts.plain('listing accounts', () =>
        node.scan(from, 'MATCH', keyspace.of('*').account, 'COUNT', STEP),
      );
      cursor = next;
      if (keys.length > 0) yield keys.map((key) => keyspace.accountIn(key));
    } while (cursor !== '0');
  }

  /** Which processes hold which slots; `undefined` while that is being changed. */
  async #shape(): Promise<string | undefined> {
    return this.#context.scripts.plain('looking at masters', async (redis) => {
      const isCluster = redis instanceof Cluster;
      const views = await Promise.all(mastersOf(redis).map((node) => viewOf(node, isCluster)));
      const known = new Set(views.map(({ id }) => id));
      const isWhole = views.every(({ owners }) => owners.every((id) => known.has(id)));
      if (isCluster && !isWhole) redis.refreshSlotsCache();
      if (!isWhole || views.some(({ isMoving }) => isMoving)) return undefined;
      return views.map(({ run, slots }) => `${run} ${slots}`).join('\n');
    });
  }
}

export function mastersOf(redis: Redis | Cluster): Redis[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis];
}

/** What one master says of itself and of all. */
interface View {
  /** Its process. */
  readonly run: string;
  readonly id: string;
  /** The masters that have slots, itself perhaps among them. */
  readonly owners: readonly string[];
  /** Which slots those have. */
  readonly slots: string;
  /** Slots are on their way from it, or to it. */
  readonly isMoving: boolean;
}

async function viewOf(node: Redis, isCluster: boolean): Promise<View> {
  const run = /^run_id:(\S+)/m.exec(await node.info('server'))?.[1] ?? '';
  if (!isCluster) return { run, id: '', owners: [], slots: '', isMoving: false };
  // <id> <address> <flags> <master> <ping> <pong> <epoch> <link> <slot> <slot> …
  const lines = String(await node.cluster('NODES'))
    .trim()
    .split('\n');
  const nodes = lines
    .map((line) => line.split(' '))
    .map(([id = '', , flags = '', , , , , , ...slots]) => ({ id, flags, slots }));
  const owners = nodes.filter(({ slots }) => slots.length > 0);
  return {
    run,
    id: nodes.find(({ flags }) => flags.includes('myself'))?.id ?? '',
    owners: owners.map(({ id }) => id),
    slots: owners
      .map(({ id, slots }) => `${id} ${slots.join(' ')}`)
      .sort()
      .join('\n'),
    isMoving: owners.some(({ slots }) => slots.some((slot) => slot.startsWith('['))),
  };
}
