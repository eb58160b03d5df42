/** The whole server in this process, put together as `npm start` does it, with its mail at hand; it hashes at little cost. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../../src/accounts/session.ts';
import { readConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import type { DeviceLinking } from '../../src/devices/device-linking.ts';
import type { LinkWatch } from '../../src/devices/link-watch.ts';
import type { Delivery } from '../../src/mail/delivery.ts';
import type { Mail } from '../../src/mail/mail.ts';
import type { RedisConnection } from '../../src/redis/connection.ts';
import { createLog } from '../../src/runtime/log.ts';
import type { Overrides } from '../../src/server/parts.ts';
import { createServer } from '../../src/server/server.ts';
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import { PageClient } from '../web/page-client.ts';
import { CHEAP } from './cheap-hashing.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import type { MailSink } from './mail-sink.ts';
import { PROTOCOL_ROUTES, pagesOf, type Route } from './routes.ts';
import { giveSigningKeys } from './signing-keys.ts';
import type { LimitChanges } from './test-limits.ts';
import {
  randomId,
  signedInOwner,
  TEST_SECRET,
  type TestStores,
  testRedisUrl,
  testStores,
} from './test-stores.ts';

export const PASSWORD = 'correct horse battery';

/** What tests reach for past HTTP. */
interface Inside {
  linking: DeviceLinking;
  watch: LinkWatch;
  delivery: Delivery;
  /** To the store, of the server itself: one that is cut off has a store that is down. */
  connection: RedisConnection;
}

export interface WholeServer {
  issuer: string;
  /** Where it listens, whatever it calls itself. */
  origin: string;
  inside: Inside;
  /** The store behind it, past the server. */
  stores: TestStores;
  mails: Mail[];
  /** Every page it serves, and every endpoint of the protocol: see `routes.ts`. */
  routes: readonly Route[];
  /** What it has logged, as text. */
  logged(): string;
  /** What it has logged so far is not told again. */
  forgetLog(): void;
  /** The settings that another process needs to work on the same installation. */
  environment: Record<string, string>;
  /** A browser that is not signed in, somewhere on the internet. */
  visitor(address?: string): PageClient;
  /** A browser in which an owner of an account of its own is signed in, straight in the store; in the network of the devices of tests. */
  owner(name?: string): Promise<PageClient & { browser: Session }>;
  /** An account, created at the pages as people do, and the browser in which it was. */
  signUp(visitor?: PageClient): Promise<{ email: string; pages: PageClient }>;
  /** The text of the newest mail to an address. */
  mailTo(email: string): Promise<string>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const TEST_CLIENTS_FILE = new URL('../fixtures/clients.json', import.meta.url).pathname;

/** Behind https, as far as it knows, as servers on the internet are. */
export const BEHIND_HTTPS = { ISSUER: 'https://link.example.net' };

/** What stands in the place of the real thing, and what the files of clients and APIs hold. */
type WholeServerOptions = Omit<Overrides, 'log' | 'mailer' | 'seeParts' | 'seeRouters'> & {
  clients?: readonly object[];
  resources?: readonly object[];
  webhooks?: readonly object[];
  upstreams?: readonly object[];
  limits?: LimitChanges;
  /** Mails wait in the outbox of development; otherwise `mails` has them. */
  outbox?: boolean;
  /** Mails go to it by SMTP, and `mails` has none. */
  smtp?: MailSink;
};

export async function startWholeServer(
  environment: Record<string, string> = {},
  secrets = [TEST_SECRET],
  { clients, resources, webhooks, upstreams, limits, outbox, smtp, ...overrides }: WholeServerOptions = {},
): Promise<WholeServer> {
  const prefix = environment['REDIS_PREFIX'] ?? `t${randomId()}:`;
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-data-'));
  const port = Number(environment['PORT'] ?? (await freePort()));
  const redisUrl = environment['REDIS_URL'] ?? testRedisUrl();
  const settings = {
    PORT: `${port}`,
    HOST: '127.0.0.1',
    ISSUER: `http://127.0.0.1:${port}`,
    REDIS_PREFIX: prefix,
    CLIENTS_FILE: TEST_CLIENTS_FILE,
    DATA_DIR: dataDir,
    TRUSTED_PROXIES: '127.0.0.1',
    LIVE_CODES_PER_NETWORK: environment['LIVE_CODES'] ?? '1000000',
    CODES_PER_MINUTE: '1000000',
    // A busy machine is no store that is down.
    REDIS_TIMEOUT_MS: '10000',
    ...(clients && { CLIENTS_FILE: await written(dataDir, 'clients.json', clients) }),
    ...(webhooks && { WEBHOOKS_FILE: await written(dataDir, 'webhooks.json', webhooks) }),
    ...(upstreams && { UPSTREAM_FILE: await written(dataDir, 'upstream.json', upstreams) }),
    ...(resources && { RESOURCES_FILE: await written(dataDir, 'resources.json', resources) }),
    ...(smtp && { SMTP_URL: smtp.url, SMTP_TLS: 'none' }),
    ...environment,
  };
  const { config } = readConfig(settings);
  const origin = `http://127.0.0.1:${port}`;
  const mails: Mail[] = [];
  const lines: string[] = [];
  const pages: Route[] = [];
  const { aroundLinking = (linking) => linking } = overrides;
  const inside: Partial<Inside> = {};
  const mailer = { send: async (mail: Mail) => void mails.push(mail) };
  const stores = await testStores({ prefix, secrets, url: redisUrl });
  const closeStores = async () => {
    await stores.connection.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  await giveSigningKeys(stores).catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  const starting = createServer(
    { ...config, redisUrl, limits: { ...config.limits, ...limits } },
    { master: new Secret(secrets) },
    {
      log: createLog(environment['LOG_LEVEL'] ?? 'debug', { write: (line) => void lines.push(line) }),
      ...(!outbox && !smtp && { mailer }),
      hashingCost: CHEAP,
      ...overrides,
      aroundLinking: (linking) => {
        inside.linking = aroundLinking(linking);
        return inside.linking;
      },
      seeParts: ({ linkWatch: watch, delivery }, connection) =>
        void Object.assign(inside, { watch, delivery, connection }),
      seeRouters: (routers) => void pages.push(...pagesOf(routers)),
    },
  );
  const server = await starting.catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  await server.start();
  const visitor = (address = '198.51.100.7') => {
    const client = new PageClient(origin);
    client.headers = { ...client.headers, 'x-forwarded-for': address };
    return client;
  };
  const owner = async (name?: string) => {
    const { browser } = await signedInOwner(stores, name);
    const client = new PageClient(origin);
    client.cookies.set(protocolCookies(config.issuer).session, browser.sessionId);
    return Object.assign(client, { browser });
  };
  const mailTo = (email: string) =>
    eventually(`a mail to ${email}`, () =>
      smtp ? newestTo(smtp, email) : mails.findLast(({ to }) => to === email)?.text,
    );
  const signUp = async (pages = visitor()) => {
    const email = `${randomId().toLowerCase()}@example.org`;
    const form = { name: 'Ada', email, password: PASSWORD };
    const confirm = await pages.submit('/sign-up', '/sign-up', form);
    const code = /\b\d{6}\b/.exec(await mailTo(email))?.[0] ?? '';
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    const done = await pages.post('/sign-up/confirm', { csrf, ticket, code });
    if (done.status !== 303) throw new Error(`sign-up ended with ${done.status}`);
    return { email, pages };
  };
  const close = async () => {
    await server.close();
    await closeStores();
  };
  return {
    environment: { ...settings, REDIS_URL: redisUrl, LATCHKEY_SECRET: secrets.join(',') },
    issuer: config.issuer,
    origin,
    inside: inside as Inside,
    stores,
    mails,
    routes: [...pages, ...PROTOCOL_ROUTES],
    logged: () => lines.join(''),
    forgetLog: () => void lines.splice(0),
    visitor,
    owner,
    signUp,
    mailTo,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function written(folder: string, name: string, entries: readonly object[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(entries));
  return file;
}

function newestTo({ mails }: MailSink, email: string): string | undefined {
  return mails.findLast(({ to }) => [to ?? []].flat().some(({ text }) => text.includes(email)))?.text;
}
