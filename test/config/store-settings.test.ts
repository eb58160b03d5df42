/** An operator who writes an address of Redis hears at once what is wrong with it, and nothing of it is taken for another. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { describeAddress, parseStoreAddress } from '../../src/config/store-address.ts';
import { errorsOf } from './config-world.ts';

const ESCAPE = 'in a password write % as %25, / as %2F, ? as %3F, # as %23 and @ as %40';
const SCHEMES =
  'begins with one of redis:// rediss:// unix:// redis+sentinel:// rediss+sentinel:// redis+cluster:// rediss+cluster://';
const at = (host: string, port: number) => ({ host, port });

describe('an address of Redis', () => {
  it.each([
    ['redis://h', { kind: 'single', tls: false, hosts: [at('h', 6379)], db: 0 }],
    ['REDISS://h:', { kind: 'single', tls: true, hosts: [at('h', 6379)] }],
    ['redis://[::1]:7000/3', { hosts: [at('::1', 7000)], db: 3 }],
    ['redis://[fe80::1%25eth0]', { hosts: [at('fe80::1%eth0', 6379)] }],
    ['redis://h?db=4', { db: 4 }],
    ['redis://bücher.example', { hosts: [at('xn--bcher-kva.example', 6379)] }],
    ['redis://a%2Db_1/', { hosts: [at('a-b_1', 6379)], db: 0 }],
    ['redis://:p%40ss@h', { login: { password: 'p@ss' } }],
    ['redis://u%3A1:a,b:c;d=%25@h', { login: { username: 'u:1', password: 'a,b:c;d=%' } }],
    ['unix:///run/r%20s.sock', { kind: 'socket', path: '/run/r s.sock', login: undefined, db: 0 }],
    ['unix:/run/r.sock', { kind: 'socket', path: '/run/r.sock' }],
    ['unix://u:p@/run/r.sock?db=2', { path: '/run/r.sock', login: { username: 'u', password: 'p' }, db: 2 }],
    [
      'redis+sentinel://a,[::1]:1/m',
      { kind: 'sentinel', hosts: [at('a', 26_379), at('::1', 1)], master: 'm' },
    ],
    [
      'rediss+sentinel://u:p,q@a/m%2F1/5',
      { tls: true, master: 'm/1', db: 5, login: { username: 'u', password: 'p,q' } },
    ],
    ['rediss+cluster://:p@a:7000,b', { kind: 'cluster', tls: true, hosts: [at('a', 7000), at('b', 6379)] }],
  ])('%s is read as RFC 3986 says', (text, expected) => {
    expect(parseStoreAddress(text)).toMatchObject(expected);
  });

  it.each([
    ['localhost:6379', SCHEMES],
    ['http://h', SCHEMES],
    ['sentinel://h/m', SCHEMES],
    ['constructor://h', SCHEMES],
    ['redis://', 'lacks a host'],
    ['redis://u:hunter2@', 'lacks a host'],
    ['redis://a b', 'lacks a host'],
    ['redis://u:hunter2#x@h', `holds a #, which has no meaning here; ${ESCAPE}`],
    [
      'redis://u:hunter2/x@h',
      `has a host or port that is none (an IPv6 address stands in brackets); ${ESCAPE}`,
    ],
    ['redis://u:hun%ter2@h', `holds a % that is no escape; ${ESCAPE}`],
    ['redis://u:hunter2@x@h', `holds more than one @; ${ESCAPE}`],
    ['redis://u@h', 'has a user without a password: write user:password@, or :password@'],
    ['redis://::1', `has a host or port that is none (an IPv6 address stands in brackets); ${ESCAPE}`],
    ['redis://[1.2.3.4]', 'holds brackets without an IPv6 address'],
    ['redis://h:0', 'has a port that is not from 1 to 65535'],
    ['redis://h:65536', 'has a port that is not from 1 to 65535'],
    ['redis://h/one', 'has a database that is not a whole number'],
    ['redis://h/1/2', `has a path that is no database; ${ESCAPE}`],
    ['redis://h/1?db=1', 'names the database twice'],
    ['redis://h?maxRetriesPerRequest=9', `takes ?db=<number> and no other query; ${ESCAPE}`],
    ['redis://a,b', 'names several hosts: for that there are redis+sentinel:// and redis+cluster://'],
    [
      'redis+sentinel://a',
      'lacks the name of the master that Sentinel watches, as in redis+sentinel://host/mymaster',
    ],
    ['redis+cluster://a/1', 'names a database: a Cluster has 0 alone'],
    ['unix://run/redis.sock', 'has three slashes in front of the path of a socket: unix:///run/redis.sock'],
    ['unix://', 'lacks the path of the socket, as in unix:///run/redis.sock'],
  ])('%s is refused at start', (REDIS_URL, sentence) => {
    expect(errorsOf({ REDIS_URL })).toEqual([`REDIS_URL: ${sentence}`]);
    expect(errorsOf({ REDIS_URL }).join()).not.toContain('hunter2');
  });

  it.each([
    ['redis://u:hunter2@h', 'redis://h:6379'],
    ['rediss+sentinel://u:hunter2@a,[::1]:1/m/2', 'rediss+sentinel://a:26379,[::1]:1/m?db=2'],
    ['unix://u:hunter2@/run/r%20s.sock', 'unix:///run/r%20s.sock'],
    ['redis:hunter2', 'an address that cannot be read'],
  ])('%s stands in the log without its user and password', (text, shown) => {
    expect(describeAddress(text)).toBe(shown);
  });
});

describe('what is set beside the address', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'));
    for (const name of ['a', 'b']) {
      const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
      const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)];
      execFileSync('openssl', ['req', '-x509', ...kind, '-subj', '/CN=x', ...out], { stdio: 'ignore' });
    }
    writeFileSync(file('empty'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('certificates and the login of Sentinels are taken, and no log shows a key', () => {
    const { config } = readConfig({
      REDIS_URL: 'rediss+sentinel://h/m',
      REDIS_CA_FILE: file('a.pem'),
      REDIS_CERT_FILE: file('a.pem'),
      REDIS_KEY_FILE: file('a.key'),
      REDIS_SENTINEL_PASSWORD: 'hunter2',
    });
    const { tls, sentinel } = config.redisAccess;
    expect(tls?.ca).toContain('BEGIN CERTIFICATE');
    expect(tls?.key?.reveal()).toContain('PRIVATE KEY');
    expect(sentinel?.password.reveal()).toBe('hunter2');
    expect(JSON.stringify(config)).not.toMatch(/hunter2|PRIVATE KEY/);
  });

  it.each([
    ['rediss://h', { REDIS_CERT_FILE: 'a.pem' }, 'REDIS_CERT_FILE and REDIS_KEY_FILE: give both or none'],
    [
      'rediss://h',
      { REDIS_CERT_FILE: 'a.pem', REDIS_KEY_FILE: 'b.key' },
      'REDIS_KEY_FILE: is not the key of the certificate in REDIS_CERT_FILE',
    ],
    [
      'rediss://h',
      { REDIS_CA_FILE: 'empty' },
      'REDIS_CA_FILE: <folder>/empty holds none in PEM (-----BEGIN …), or one with a passphrase',
    ],
    [
      'rediss://h',
      { REDIS_CA_FILE: 'gone' },
      "REDIS_CA_FILE: ENOENT: no such file or directory, open '<folder>/gone'",
    ],
    [
      'redis://h',
      { REDIS_CA_FILE: 'a.pem' },
      'REDIS_CA_FILE: has no effect unless REDIS_URL begins with rediss; write so, or leave it out',
    ],
  ])('%s with %j is refused', (REDIS_URL, files, sentence) => {
    const named = Object.fromEntries(Object.entries(files).map(([name, value]) => [name, file(value)]));
    expect(errorsOf({ REDIS_URL, ...named })).toEqual([sentence.replace('<folder>', folder)]);
  });

  it.each([
    [
      'redis+sentinel://h/m',
      { REDIS_SENTINEL_USER: 'u' },
      'REDIS_SENTINEL_USER: needs REDIS_SENTINEL_PASSWORD',
    ],
    [
      'redis://h',
      { REDIS_SENTINEL_PASSWORD: 'p' },
      'REDIS_SENTINEL_PASSWORD: is for redis+sentinel:// and rediss+sentinel:// alone; leave it out',
    ],
  ])('%s with %j is refused', (REDIS_URL, login, sentence) => {
    expect(errorsOf({ REDIS_URL, ...login })).toEqual([sentence]);
  });
});
