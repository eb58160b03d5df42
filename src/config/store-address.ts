/** REDIS_URL: which kind of Redis, where, and as which user; written as RFC 3986 says. */
import { isIPv6 } from 'node:net';
import {
  AddressError,
  type AddressLogin,
  addressOr,
  decoded,
  ESCAPE,
  type HostAndPort,
  readHost,
  readLogin,
  splitAddress,
} from './address.ts';

export type StoreHosts = readonly [HostAndPort, ...HostAndPort[]];

type StorePlace =
  | { readonly kind: 'single'; readonly hosts: StoreHosts }
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'sentinel'; readonly hosts: StoreHosts; readonly master: string }
  | { readonly kind: 'cluster'; readonly hosts: StoreHosts };

export type StoreAddress = StorePlace & {
  readonly tls: boolean;
  /** Of Redis itself; Sentinels have one of their own. */
  readonly login: AddressLogin | undefined;
  readonly db: number;
};

const SCHEMES: Readonly<Record<string, { kind: StorePlace['kind']; tls: boolean }>> = {
  redis: { kind: 'single', tls: false },
  rediss: { kind: 'single', tls: true },
  unix: { kind: 'socket', tls: false },
  'redis+sentinel': { kind: 'sentinel', tls: false },
  'rediss+sentinel': { kind: 'sentinel', tls: true },
  'redis+cluster': { kind: 'cluster', tls: false },
  'rediss+cluster': { kind: 'cluster', tls: true },
};
const PORTS = { single: 6379, cluster: 6379, sentinel: 26_379 } as const;

/** @returns the address, or what is wrong with it, with the remedy and without anything secret */
export function parseStoreAddress(text: string): StoreAddress | string {
  return addressOr(() => readAddress(text));
}

function readAddress(text: string): StoreAddress {
  const { scheme, userInfo, places, path, query } = splitAddress(text, Object.keys(SCHEMES));
  const { kind = 'single', tls = false } = SCHEMES[scheme] ?? {};
  const { place, database } = readPlace(kind, places, path);
  return { ...place, tls, login: readLogin(userInfo), db: readDatabase(kind, database, query) };
}

function readPlace(
  kind: StorePlace['kind'],
  places: string,
  path: string,
): { place: StorePlace; database: string } {
  if (kind === 'socket') {
    if (places !== '')
      throw new AddressError('has three slashes in front of the path of a socket: unix:///run/redis.sock');
    const file = decoded(path);
    if (!/^\/[^\0]*[^\0/]$/.test(file))
      throw new AddressError('lacks the path of the socket, as in unix:///run/redis.sock');
    return { place: { kind, path: file }, database: '' };
  }
  const hosts = readHosts(places, PORTS[kind]);
  const [first = '', second = '', ...more] = path.replace(/^\//, '').split('/');
  if (kind !== 'sentinel') {
    if (kind === 'single' && hosts.length > 1)
      throw new AddressError(
        'names several hosts: for that there are redis+sentinel:// and redis+cluster://',
      );
    if (second !== '' || more.length > 0) throw new AddressError(`has a path that is no database; ${ESCAPE}`);
    return { place: { kind, hosts }, database: first };
  }
  const master = decoded(first);
  if (master === '' || more.length > 0)
    throw new AddressError(
      'lacks the name of the master that Sentinel watches, as in redis+sentinel://host/mymaster',
    );
  return { place: { kind, hosts, master }, database: second };
}

function readHosts(places: string, port: number): StoreHosts {
  const [first, ...others] = places.split(',').map((place) => readHost(place, port));
  if (!first) throw new AddressError('lacks a host');
  return [first, ...others];
}

function readDatabase(kind: StorePlace['kind'], inPath: string, query: string | undefined): number {
  const [, inQuery] = /^(?:db=(.*))?$/.exec(query ?? '') ?? [undefined, null];
  if (inQuery === null) throw new AddressError(`takes ?db=<number> and no other query; ${ESCAPE}`);
  if (inPath !== '' && inQuery !== undefined) throw new AddressError('names the database twice');
  const database = inQuery ?? inPath;
  if (database === '') return 0;
  if (!/^\d{1,5}$/.test(database)) throw new AddressError('has a database that is not a whole number');
  if (kind === 'cluster' && Number(database) !== 0)
    throw new AddressError('names a database: a Cluster has 0 alone');
  return Number(database);
}

/** An address of the store without user and password, for the log. */
export function describeAddress(text: string): string {
  const address = parseStoreAddress(text);
  if (typeof address === 'string') return 'an address that cannot be read';
  const scheme = Object.keys(SCHEMES).find(
    (name) => SCHEMES[name]?.kind === address.kind && SCHEMES[name]?.tls === address.tls,
  );
  const db = address.db === 0 ? '' : `?db=${address.db}`;
  if (address.kind === 'socket') return `${scheme}://${encodeURI(address.path)}${db}`;
  const hosts = address.hosts
    .map(({ host, port }) => `${isIPv6(host) ? `[${host}]` : host}:${port}`)
    .join(',');
  return `${scheme}://${hosts}${address.kind === 'sentinel' ? `/${address.master}` : ''}${db}`;
}
