/**
 * Whether a Redis keeps what it has acknowledged. Latchkey refuses to start on one that would lose or evict keys,
 * because a lost key may be the record that a device was taken off.
 */
import type { Redis } from 'ioredis';
import { Cluster } from 'ioredis';
import type { DURABILITY_ERRORS } from '../config/durability-errors.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';

/** The store would lose what it has confirmed; each line names the setting and its remedy. */
export class UnsafeStoreError extends OperatorError {}

type ErrorName = (typeof DURABILITY_ERRORS)[number];

interface DurabilityError {
  name: ErrorName;
  /** `host:port` or the path of the socket. */
  node: string;
  setting: string;
  found: string;
  needed: string;
  /** One sentence for the operator. */
  remedy: string;
}

interface DurabilityReport {
  /** Reasons not to start. */
  refused: DurabilityError[];
  /** Errors that the operator has allowed by name: start, with a warning. */
  allowed: DurabilityError[];
}

const NEEDED = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' } as const;
type Setting = keyof typeof NEEDED;

const WHY: Record<Setting, string> = {
  appendonly: 'without the log a restart forgets everything since the last snapshot',
  appendfsync: 'otherwise a power cut takes back what was already confirmed to its owner',
  'maxmemory-policy': 'any other policy drops keys when the memory is full',
};

/**
 * Reads the settings of the server, on a Cluster of every master.
 *
 * @param allow names of errors that do not stop the start
 * @throws the client library's error, or StoreUnavailable, when a node cannot be reached
 */
export async function checkDurability(
  redis: Redis | Cluster,
  { allow }: { allow: readonly string[] },
): Promise<DurabilityReport> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  if (nodes.length === 0) throw new StoreUnavailable('looking for the masters of the Cluster');
  const errors = (await Promise.all(nodes.map(errorsOf))).flat();
  const isAllowed = ({ name }: DurabilityError) => allow.includes(name);
  return { refused: errors.filter((error) => !isAllowed(error)), allowed: errors.filter(isAllowed) };
}

/** Of each server, on a Cluster of each master: `redis 7.0.15`, `valkey 8.1.0`, or `unreadable`. */
export function storeVersions(redis: Redis | Cluster): Promise<string[]> {
  return Promise.all((redis instanceof Cluster ? redis.nodes('master') : [redis]).map(readVersion));
}

async function errorsOf(redis: Redis): Promise<DurabilityError[]> {
  const node = redis.options.path ?? `${redis.options.host}:${redis.options.port}`;
  // All at once: a start beside a slow store waits for one round trip.
  const [version, ...settings] = await Promise.all([
    readVersion(redis),
    ...(Object.keys(NEEDED) as Setting[]).map(async (name) => ({
      name,
      found: await readSetting(redis, name),
    })),
  ]);
  const unreadable = settings.filter(({ found }) => found === null).map(({ name }) => name);
  return [
    ...(isNewEnough(version) ? [] : [versionError(node, version)]),
    ...(unreadable.length > 0 ? [unreadableError(node, unreadable)] : []),
    ...settings.flatMap(({ name, found }) =>
      found === null || found === NEEDED[name] ? [] : [settingError(node, name, found)],
    ),
  ];
}

/** `redis 7.0.15`, `valkey 8.1.0`, or `unreadable`. Valkey gives a `redis_version`, too: of what it imitates. */
async function readVersion(redis: Redis): Promise<string> {
  const info = await unlessRefused(redis.info('server'));
  const found = /^valkey_version:(\S+)/m.exec(info ?? '') ?? /^redis_version:(\S+)/m.exec(info ?? '');
  return found ? found[0].replace('_version:', ' ') : 'unreadable';
}

function isNewEnough(version: string): boolean {
  const [product, number] = version.split(' ');
  return Number.parseInt(number ?? '', 10) >= (product === 'valkey' ? 8 : 7);
}

/** One setting at a time: several in one CONFIG GET are only known since 7.0. */
async function readSetting(redis: Redis, name: Setting): Promise<string | null> {
  const reply = (await unlessRefused(redis.config('GET', name))) as string[] | null;
  return reply?.[1] ?? null;
}

/** The reply, or null when the server knows no such command or does not let this user run it. */
async function unlessRefused<T>(reply: Promise<T>): Promise<T | null> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError' && /^(NOPERM|ERR) /.test(error.message))
      return null;
    throw error;
  }
}

function versionError(node: string, found: string): DurabilityError {
  const needed = 'redis 7.0 or valkey 8.0, or newer';
  const remedy = 'Upgrade the server; if INFO is refused, let the user run it (+info).';
  return { name: 'version', node, setting: 'version', found, needed, remedy };
}

function unreadableError(node: string, settings: Setting[]): DurabilityError {
  return {
    name: 'config-unreadable',
    node,
    setting: settings.join(', '),
    found: 'CONFIG GET is refused',
    needed: settings.map((name) => `${name} ${NEEDED[name]}`).join(', '),
    remedy:
      'Let the user run it (ACL SETUSER … +config|get). Where the provider does not offer that, make sure of the ' +
      'settings yourself and set ALLOW_UNSAFE_REDIS=config-unreadable.',
  };
}

function settingError(node: string, name: Setting, found: string): DurabilityError {
  const needed = NEEDED[name];
  const remedy = `Put "${name} ${needed}" into redis.conf (or CONFIG SET it): ${WHY[name]}.`;
  return { name, node, setting: name, found, needed, remedy };
}
