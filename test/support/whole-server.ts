/** The whole server in this process, put together as `npm start` does it, with its mail at hand; it hashes at little cost. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { besidesAlerts } from './besides-alerts.ts';
import { CHEAP } from './cheap-hashing.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import type { MailSink } from './mail-sink.ts';
import { PROTOCOL_ROUTES, pagesOf, type Route } from './routes.ts';
import { giveSigningKeys } from './signing-keys.ts';
import { type LimitChanges, unbroken } from './test-limits.ts';
import { randomId, TEST_SECRET, type TestStores, testRedisUrl, testStores } from './test-stores.ts';
import { type People, peopleAt } from './whole-server-people.ts';

export { PASSWORD } from './whole-server-people.ts';

/** What tests reach for past HTTP. */
interface Inside {
  linking: DeviceLinking;
  watch: LinkWatch;
  delivery: Delivery;
  /** To the store, of the server itself: one that is cut off has a store that is down. */
  connection: RedisConnection;
}

export interface WholeServer extends People {
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
  /** The text of the newest mail to an address that is no alert. */
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
  options: WholeServerOptions = {},
): Promise<WholeServer> {
  const prefix = environment['REDIS_PREFIX'] ?? `t${randomId()}:`;
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-data-'));
  const port = Number(environment['PORT'] ?? (await freePort()));
  const redisUrl = environment['REDIS_URL'] ?? testRedisUrl();
  const settings = await settingsOf({ prefix, dataDir, port }, environment, options);
  const { config } = readConfig(settings);
  const origin = `http://127.0.0.1:${port}`;
  const seen: Seen = { inside: {}, mails: [], lines: [], pages: [] };
  const { stores, closeStores } = await openStores({ prefix, secrets, url: redisUrl }, dataDir);
  const starting = createServer(
    { ...config, redisUrl, limits: unbroken({ ...config.limits, ...options.limits }, options.now) },
    { master: new Secret(secrets) },
    overridesOf(seen, environment['LOG_LEVEL'], options),
  );
  const server = await starting.catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  await server.start();
  const mailTo = (email: string) =>
    eventually(`a mail to ${email}`, () => newestTo(options.smtp, seen.mails, email));
  const close = async () => {
    await server.close();
    await closeStores();
  };
  return {
    environment: { ...settings, REDIS_URL: redisUrl, LATCHKEY_SECRET: secrets.join(',') },
    issuer: config.issuer,
    origin,
    inside: seen.inside as Inside,
    stores,
    mails: seen.mails,
    routes: [...seen.pages, ...PROTOCOL_ROUTES],
    logged: () => seen.lines.join(''),
    forgetLog: () => void seen.lines.splice(0),
    ...peopleAt(origin, config.issuer, stores, mailTo),
    mailTo,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What is filled while the server is made and runs. */
interface Seen {
  readonly inside: Partial<Inside>;
  readonly mails: Mail[];
  /** Of the log. */
  readonly lines: string[];
  readonly pages: Route[];
}

function overridesOf(
  { inside, mails, lines, pages }: Seen,
  logLevel = 'debug',
  { outbox, smtp, ...overrides }: WholeServerOptions,
): Overrides {
  const { aroundLinking = (linking) => linking } = overrides;
  return {
    log: createLog(logLevel, { write: (line) => void lines.push(line) }),
    ...(!outbox && !smtp && { mailer: { send: async (mail: Mail) => void mails.push(mail) } }),
    hashingCost: CHEAP,
    ...overrides,
    aroundLinking: (linking) => {
      inside.linking = aroundLinking(linking);
      return inside.linking;
    },
    seeParts: ({ linkWatch: watch, delivery }, connection) =>
      void Object.assign(inside, { watch, delivery, connection }),
    seeRouters: (routers) => void pages.push(...pagesOf(routers)),
  };
}

async function openStores(
  options: { prefix: string; secrets: string[]; url: string },
  dataDir: string,
): Promise<{ stores: TestStores; closeStores: () => Promise<void> }> {
  const stores = await testStores(options);
  const closeStores = async () => {
    await stores.connection.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  await giveSigningKeys(stores).catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  return { stores, closeStores };
}

async function settingsOf(
  { prefix, dataDir, port }: { prefix: string; dataDir: string; port: number },
  environment: Record<string, string>,
  files: Pick<WholeServerOptions, 'clients' | 'resources' | 'webhooks' | 'upstreams' | 'smtp'>,
): Promise<Record<string, string>> {
  return {
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
    ...(files.clients && { CLIENTS_FILE: await written(dataDir, 'clients.json', files.clients) }),
    ...(files.webhooks && { WEBHOOKS_FILE: await written(dataDir, 'webhooks.json', files.webhooks) }),
    ...(files.upstreams && { UPSTREAM_FILE: await written(dataDir, 'upstream.json', files.upstreams) }),
    ...(files.resources && { RESOURCES_FILE: await written(dataDir, 'resources.json', files.resources) }),
    ...(files.smtp && { SMTP_URL: files.smtp.url, SMTP_TLS: 'none' }),
    ...environment,
  };
}

async function written(folder: string, name: string, entries: readonly object[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(entries));
  return file;
}

function newestTo(smtp: MailSink | undefined, mails: readonly Mail[], email: string): string | undefined {
  if (!smtp) return besidesAlerts(mails).findLast(({ to }) => to === email)?.text;
  return smtp.mails.findLast(({ to }) => [to ?? []].flat().some(({ text }) => text.includes(email)))?.text;
}
