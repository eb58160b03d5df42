import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PUSH, receiverClient } from '../../test/signals/signals-world.ts';
import { EventReceiver } from '../../test/support/event-receiver.ts';
import { freePort } from '../../test/support/free-port.ts';
import { request } from '../../test/support/http.ts';
import { Installation } from '../../test/support/installation.ts';
import { startStandaloneRedis } from '../../test/support/redis-standalone.ts';
import { SERVER_SECRET } from '../../test/support/test-server.ts';
import { type TestStores, testStores } from '../../test/support/test-stores.ts';
import { type KillingProxy, startKillingProxy } from '../webhooks/killing-proxy.ts';
import { type Asks, PollingReceiver } from './polling-receiver.ts';

/** The app whose owners all streams hear of. */
export const APP = 'notes';

/** A whole server with streams of security events, on a Redis of its own behind a proxy. */
export interface StreamWorld {
  readonly installation: Installation;
  readonly listener: EventReceiver;
  readonly proxy: KillingProxy;
  /** What happens in these is told. */
  readonly stores: TestStores;
  /** Of each client: the id of its stream. */
  readonly streams: ReadonlyMap<string, string>;
  /** Of clients that poll. */
  readonly polling: ReadonlyMap<string, PollingReceiver>;
}

/** `unread`: their receivers do not poll. */
interface StreamsWanted {
  readonly pushed: readonly string[];
  readonly polled: readonly string[];
  readonly unread?: readonly string[];
}

/** Runs with one, which ends with it. */
export async function withStreamWorld<T>(
  wanted: StreamsWanted,
  run: (world: StreamWorld) => Promise<T>,
): Promise<T> {
  const endings: (() => unknown)[] = [];
  try {
    const listener = await EventReceiver.start();
    endings.push(() => listener.close());
    const { installation, proxy } = await startedInstallation(wanted, endings);
    const { prefix } = installation.stores;
    const ours = { url: installation.redis.url, prefix, secrets: [SERVER_SECRET] };
    // The server's own time-out is what is tried.
    const stores = await testStores({ ...ours, timeout: 30_000 });
    endings.push(() => stores.connection.redis.disconnect());
    const streams = new Map<string, string>();
    const polling = new Map<string, PollingReceiver>();
    for (const client of clientsOf(wanted)) {
      const ask = asking(client, installation.server.issuer);
      const isPushed = wanted.pushed.includes(client);
      const delivery = { method: PUSH, endpoint_url: listener.url(client) };
      const made = await ask('POST', '/ssf/streams', isPushed ? { delivery } : {});
      const { stream_id: id } = made as { stream_id: string };
      streams.set(client, id);
      if (wanted.polled.includes(client)) polling.set(client, new PollingReceiver(ask, `/ssf/poll/${id}`));
    }
    const polls = [...polling.values()].map((one) => one.run());
    endings.push(() => Promise.all(polls));
    // The end of the server answers the polls that wait.
    endings.push(() => installation.killServer());
    endings.push(() => [...polling.values()].map((one) => one.stop()));
    return await run({ installation, listener, proxy, stores, streams, polling });
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

const clientsOf = ({ pushed, polled, unread = [] }: StreamsWanted) => [...pushed, ...polled, ...unread];

async function startedInstallation(wanted: StreamsWanted, endings: (() => unknown)[]) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-signals-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'clients.json');
  const receivers = clientsOf(wanted).map((id) =>
    receiverClient(`http://127.0.0.1:${port}`, id, { hears_of: [APP] }),
  );
  const app = { client_id: APP, client_name: 'Notes', redirect_uris: ['https://notes.example.com/back'] };
  const secret = 'a secret of the notes for their tests, 40 chars';
  writeFileSync(file, JSON.stringify([{ ...app, client_secret: secret }, ...receivers]));
  const redis = await startStandaloneRedis();
  endings.push(() => redis.stop());
  const proxy = await startKillingProxy(redis, 'latchkey:any');
  endings.push(() => proxy.close());
  const installation = await Installation.start({
    redis,
    serverRedisUrl: proxy.url,
    environment: {
      CLIENTS_FILE: file,
      EGRESS_ALLOW: '127.0.0.0/8',
      LOG_LEVEL: 'fatal',
      PORT: `${port}`,
      SHARED_SIGNALS: 'on',
    },
  });
  endings.push(() => installation.stop());
  return { installation, proxy };
}

/** Gets a token anew where it has none that is taken. */
function asking(client: string, issuer: string): Asks {
  let token = '';
  const authorized = async () => {
    const { client_secret: secret } = receiverClient(issuer, client);
    const response = await request(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client}:${encodeURIComponent(secret)}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return response.ok ? ((await response.json()) as { access_token: string }).access_token : '';
  };
  return async (method, path, body) => {
    if (token === '') token = await authorized();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await request(issuer + path, { method, headers, body: JSON.stringify(body) });
    if (response.status === 401) token = '';
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.json();
  };
}
