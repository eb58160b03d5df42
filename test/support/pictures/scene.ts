/** What stands in the pictures: a server under a name that readers know from documents, and Rosa's account on it. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { AccountId } from '../../../src/accounts/account.ts';
import type { Session } from '../../../src/accounts/session.ts';
import { formatGrantId } from '../../../src/devices/grant-id.ts';
import { protocolCookies } from '../../../src/web/middleware/cookies.ts';
import { launchBrowser } from '../browser.ts';
import { randomId } from '../test-stores.ts';
import { startWholeServer, type WholeServer } from '../whole-server.ts';
import { type HttpsDoor, openHttpsDoor } from './https-door.ts';

export const ISSUER = 'https://account.example.com';

const CLIENTS = [
  { client_id: 'living-room-tv', client_name: 'Riverside Player' },
  { client_id: 'demo-device', client_name: 'Riverside Home' },
  {
    client_id: 'notes',
    client_name: 'Riverside Notes',
    redirect_uris: ['https://notes.example.com/signed-in'],
  },
];
const PHONE =
  'Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Name, kind, and for how long it has not been used. */
const DEVICES: readonly (readonly [name: string, type: string, since: number])[] = [
  ['Kitchen', 'speaker', 0.04 * HOUR],
  ['Grandma’s reader', 'ereader', 26 * HOUR],
  ['build-box', 'cli', 12 * DAY],
  ['Old tablet', 'tablet', 94 * DAY],
];

export interface Scene {
  readonly server: WholeServer;
  readonly rosa: Session;
  /** By which browsers come in. */
  readonly door: HttpsDoor;
}

export async function setScene(): Promise<Scene> {
  const server = await startWholeServer({ ISSUER, TRUSTED_PROXIES: 'none' }, undefined, { clients: CLIENTS });
  const rosa = await signedInRosa(server);
  for (const [name, type, since] of DEVICES)
    await link(server, rosa, { name, type, clientId: 'demo-device' }, since);
  const terms = { clientId: 'notes', granted: ['openid', 'profile'], refused: [] };
  await server.stores.consents.write(rosa, terms, {
    replaces: undefined,
    less: false,
    narrow: (payload) => payload,
  });
  return { server, rosa, door: await openHttpsDoor(server.origin, new URL(ISSUER).host) };
}

async function signedInRosa({ stores }: WholeServer): Promise<Session> {
  const accountId = randomId() as AccountId;
  const profile = { name: 'Rosa', email: 'rosa@example.com', emailVerified: true, createdAt: Date.now() };
  await stores.accounts.create(accountId, profile, { passwordHash: 'none' });
  const seconds = Math.floor(Date.now() / 1000);
  const sessionId = randomId();
  await stores.browsers.insert(
    {
      sessionId,
      uid: `${accountId}.${randomId()}`,
      accountId,
      epoch: 1,
      authTime: seconds,
      amr: ['pwd'],
      address: '127.0.0.1',
      userAgent: PHONE,
      expiresAt: seconds + 86_400,
      state: {},
    },
    { idle: HOUR, absolute: DAY },
  );
  const rosa = await stores.browsers.resume(sessionId);
  if (!rosa) throw new Error('Rosa is not signed in');
  return rosa;
}

/** Linked as ever; then its times are put back, as no test may: Redis keeps the clock. */
async function link(
  { stores }: WholeServer,
  { accountId, epoch }: Session,
  device: { name: string; type: string; clientId: string },
  since: number,
): Promise<void> {
  const grantId = formatGrantId({ accountId, epoch, name: randomId() });
  await stores.grants.write(grantId, {}, { lifetime: 365 * DAY, waiting: HOUR });
  await stores.grants.activate(grantId, { ...device, address: '192.168.1.24' });
  const { redis } = stores.connection;
  const [key = ''] = (await redis.keys(`${stores.prefix}*${accountId}*grants`)) ?? [];
  for (const [field, text] of Object.entries(await redis.hgetall(key))) {
    if (!grantId.endsWith(field) && field !== grantId) continue;
    const grant = JSON.parse(text) as Record<string, unknown>;
    const used = Date.now() - since;
    await redis.hset(
      key,
      field,
      JSON.stringify({ ...grant, used, since: Math.min(used, Date.now() - 3 * DAY) }),
    );
  }
}

/** A browser that finds the server by its name, as the names of this machine do not. */
export async function openBrowser({ door }: Scene): Promise<Browser> {
  return launchBrowser([`--host-resolver-rules=MAP ${new URL(ISSUER).host} 127.0.0.1:${door.port}`]);
}

export async function openWindow(
  browser: Browser,
  { rosa }: Scene,
  look: BrowserContextOptions,
): Promise<Page> {
  const options = {
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: true,
    ...look,
  } as const;
  const context = await browser.newContext(options);
  const name = protocolCookies(ISSUER).session;
  await context.addCookies([{ name, value: rosa.sessionId, url: ISSUER, secure: true }]);
  return context.newPage();
}
