import { Cluster, type Redis } from 'ioredis';

/** Fields of an account that change while its owner does nothing: when a browser was seen, how far mails have gone. */
const MOVING = ['seen', 'told', 'mailed', 'mailing', 'mailedop', 'paced'];
/** What happened by the hour, which a server adds up every ten seconds; that it runs, which it says every minute. */
const FIGURES = /\{stats\}:|:servers$/;

/** Everything under a prefix, without what moves by itself. */
export async function settledContentsUnder(redis: Redis | Cluster, prefix: string): Promise<unknown> {
  const all = await contentsUnder(redis, prefix);
  return JSON.parse(
    JSON.stringify(all, (key, value: unknown) =>
      MOVING.includes(key) || FIGURES.test(key) ? undefined : value,
    ),
  );
}

/** Every key under a prefix with all it holds, of every type that is in use, on every master. */
export async function contentsUnder(
  redis: Redis | Cluster,
  prefix: string,
): Promise<Record<string, unknown>> {
  return Object.fromEntries((await keysUnder(redis, prefix)).map(({ key, content }) => [key, content]));
}

interface KeyAndContent {
  key: string;
  content: unknown;
  /** Milliseconds since 1970; absent: time does not end it. */
  ends?: number;
}

/** A row for each key: its name, its type, when it ends (-1: never), what it holds. In one step, so that time ends none in between. */
const ROWS = `
local rows, cursor = {}, '0'
local reading = { string = { 'GET' }, hash = { 'HGETALL' }, zset = { 'ZRANGE', '0', '-1', 'WITHSCORES' }, stream = { 'XRANGE', '-', '+' } }
repeat
  local reply = redis.call('SCAN', cursor, 'MATCH', ARGV[1] .. '*', 'COUNT', 1000)
  cursor = reply[1]
  for _, key in ipairs(reply[2]) do
    local kind = redis.call('TYPE', key).ok
    local read = reading[kind]
    local content = read and redis.call(read[1], key, unpack(read, 2)) or false
    if kind ~= 'none' then rows[#rows + 1] = { key, kind, redis.call('PEXPIRETIME', key), content } end
  end
until cursor == '0'
return rows`;

type Row = [key: string, type: string, ends: number, content: unknown];

/** The same, with when each ends. */
export async function keysUnder(redis: Redis | Cluster, prefix: string): Promise<KeyAndContent[]> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const rows = await Promise.all(nodes.map((node) => node.eval(ROWS, 0, prefix) as Promise<Row[]>));
  return rows.flat().map(([key, type, ends, content]) => ({
    key,
    content: contentOf(key, type, content),
    ...(ends !== -1 && { ends }),
  }));
}

function contentOf(key: string, type: string, content: unknown): unknown {
  if (content === null)
    throw new Error(`${key} has the type ${type}, which src/redis/README.md does not know`);
  return type === 'hash' ? readable(content as string[]) : content;
}

/** Fields that hold JSON as what they say: Lua writes the same object in any order. */
function readable(pairs: readonly string[]): Record<string, unknown> {
  const fields = pairs.filter((_, n) => n % 2 === 0);
  const said = (value: string) => (value.startsWith('{') ? (JSON.parse(value) as unknown) : value);
  return Object.fromEntries(fields.map((field, n) => [field, said(pairs[n * 2 + 1] ?? '')]));
}

/** Latin letters alone of a key: what it is of, without ids and HMACs. */
export function kindOf(key: string): string {
  const many = /^\{(clients|live|waiting)\}|:(access-token):/.exec(key);
  if (many) return many[1] ?? String(many[2]);
  const ended = /:(browsers|grants|trusted):ended:/.exec(key);
  return ended ? `${ended[1]}:ended` : key.replace(/:?\{[^}]*\}:?/, '');
}
