import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startMailSink } from '../../test/support/mail-sink.ts';
import { MAILED_OWNER_PASSWORD, mailedOwner } from '../../test/support/mailed-owner.ts';
import { startStandaloneRedis } from '../../test/support/redis-standalone.ts';
import { SERVER_SECRET, startServer } from '../../test/support/test-server.ts';
import { randomId, testStores } from '../../test/support/test-stores.ts';
import { CrowdProcesses } from './crowd-processes.ts';
import { Person } from './person.ts';
import type { StampedeWorld } from './stampede.ts';
import { Town } from './town.ts';

const CLIENTS = join(import.meta.dirname, '../../clients.example.json');
const PEOPLE = 16;
/** Their homes are among those whose devices come back. */
const HOME = 100;

export interface Installation extends StampedeWorld {
  pid: number;
  close(): Promise<void>;
}

/** A whole server as operators run it, with a Redis and a mail server of its own, and owners who have signed in before. */
export async function installation(): Promise<Installation> {
  const [redis, sink] = await Promise.all([startStandaloneRedis(), startMailSink()]);
  const prefix = `t${randomId()}:`;
  const server = await startServer({
    REDIS_URL: redis.applicationUrl,
    REDIS_PREFIX: prefix,
    SMTP_URL: sink.url,
    CLIENTS_FILE: CLIENTS,
    TRUSTED_PROXIES: '127.0.0.0/8',
    LOG_LEVEL: 'error',
    CODES_PER_MINUTE: '',
    LIVE_CODES_PER_NETWORK: '',
  });
  const stores = await testStores({ url: redis.url, prefix, secrets: [SERVER_SECRET], timeout: 60_000 });
  const people: Person[] = [];
  for (let number = 0; number < PEOPLE; number += 1) {
    const address = Town.addressOf(number * HOME);
    const { email, browser } = await mailedOwner(server.issuer, sink, address);
    const name = `owner ${number + 1}`;
    const cookies = [...browser.cookies];
    const state = { name, email, password: MAILED_OWNER_PASSWORD, address, cookies };
    people.push(new Person(server.issuer, state));
  }
  const crowd = new CrowdProcesses();
  const close = async () => {
    crowd.stop();
    await server.stop('SIGKILL');
    stores.connection.redis.disconnect();
    await Promise.all([redis.stop(), sink.close()]);
  };
  const heldAtMost = () => heldBy(server.pid);
  return { issuer: server.issuer, stores, people, crowd, heldAtMost, pid: server.pid, close };
}

/** Bytes at most, see proc(5). */
function heldBy(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
