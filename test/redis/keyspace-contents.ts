import { Cluster, type Redis } from 'ioredis';

/** Fields of an account that change while its owner does nothing: when a browser was seen, how far mails have gone. */
const MOVING = ['seen', 'told', 'mailed', 'mailing', 'mailedop', 'paced'];

/** Everything under a prefix, without what moves by itself. */
export async function settledContentsUnder(redis: Redis | Cluster, prefix: string): Promise<unknown> {
  const all = await contentsUnder(redis, prefix);
  return JSON.parse(JSON.stringify(all, (key, value: unknown) => (MOVING.includes(key) ? undefined : value)));
}

/** Every key under a prefix with all it holds, of every type that is in use, on every master. */
export async function contentsUnder(
  redis: Redis | Cluster,
  prefix: string,
): Promise<Record<string, unknown>> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const keys = await Promise.all(nodes.map((node) => keysUnder(node, prefix)));
  const entries = keys.flat().map(async (key) => [key, await contentOf(redis, key)] as const);
  return Object.fromEntries((await Promise.all(entries)).filter(([, content]) => !isGone(content)));
}

/** Time may end a key between the look at its name and at its contents, of which Redis then says that there are none. */
function isGone(content: unknown): boolean {
  return content === null || (typeof content === 'object' && Object.keys(content).length === 0);
}

async function keysUnder(node: Redis, prefix: string): Promise<string[]> {
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const [next, found] = await node.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000);
    for (const key of found) keys.add(key);
    cursor = next;
  } while (cursor !== '0');
  return [...keys];
}

async function contentOf(redis: Redis | Cluster, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return readable(await redis.hgetall(key));
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`${key} has the type ${type}, which src/redis/README.md does not know`);
  }
}

/** Fields that hold JSON as what they say: Lua writes the same object in any order. */
function readable(hash: Record<string, string>): Record<string, unknown> {
  const entries = Object.entries(hash).map(([field, value]) => [
    field,
    value.startsWith('{') ? (JSON.parse(value) as unknown) : value,
  ]);
  return Object.fromEntries(entries);
}

/** Latin letters alone of a key: what it is of, without ids and HMACs. */
export function kindOf(key: string): string {
  const many = /^\{(clients|live|waiting)\}|:(access-token):/.exec(key);
  if (many) return many[1] ?? String(many[2]);
  const ended = /:(browsers|grants|trusted):ended:/.exec(key);
  return ended ? `${ended[1]}:ended` : key.replace(/:?\{[^}]*\}:?/, '');
}
