/** Device-code phishing by script: a device of the attacker, and an owner who believes what they are told. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, PageClient } from '../web/page-client.ts';
import { DEVICE_GRANT, DeviceClient } from './device-client.ts';
import { freePort } from './free-port.ts';
import type { MailSink } from './mail-sink.ts';
import { MAILED_OWNER_PASSWORD } from './mailed-owner.ts';
import { startServer, type TestServer } from './test-server.ts';

const SECRET = 'a secret of the API of this test, forty characters';
const API = `Basic ${btoa(`api:${encodeURIComponent(SECRET)}`)}`;
/** A website of an app that is a device as well. */
export const WEBSITE = 'https://telly.example.net';
const CLIENTS = [
  { client_id: 'tv', client_name: 'Telly' },
  {
    client_id: 'web-tv',
    client_name: 'Telly on the web',
    redirect_uris: [`${WEBSITE}/signed-in`],
    grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
  },
  { client_id: 'packaged-tv', client_name: 'Packaged telly', cors_origins: ['null', 'file://', WEBSITE] },
  {
    client_id: 'api',
    client_name: 'API',
    grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: SECRET,
  },
];

export interface PhishedServer extends TestServer {
  /** Where it listens, behind the address that it has for everybody. */
  readonly origin: string;
}

/** A busy machine is no store that is down. */
export const PATIENT = { REDIS_TIMEOUT_MS: '10000' };

/** A server in production with the settings that it has by itself, but those that production needs. */
export async function startInProduction(
  sink: MailSink,
  settings: Record<string, string>,
): Promise<PhishedServer> {
  const port = String(await freePort());
  const server = await startServer({
    NODE_ENV: 'production',
    ISSUER: 'https://link.example.net',
    PORT: port,
    SMTP_URL: sink.url,
    SMTP_TLS: 'none',
    MAIL_FROM: 'no-reply@link.example.net',
    CLIENTS_FILE: await clientsFile(),
    SIGN_UP: 'open',
    LIVE_CODES_PER_NETWORK: '',
    CODES_PER_MINUTE: '',
    ...PATIENT,
    ...settings,
  });
  return { ...server, origin: `http://127.0.0.1:${port}` };
}

export async function clientsFile(): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'latchkey-clients-')), 'clients.json');
  await writeFile(file, JSON.stringify(CLIENTS));
  return file;
}

/** A device that asks from this address, as a proxy in front tells it. */
export class DeviceAt extends DeviceClient {
  readonly #headers: Record<string, string>;

  constructor(origin: string, headers: Record<string, string>, clientId = 'tv') {
    super(origin, clientId);
    this.#headers = headers;
  }

  override post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return super.post(path, fields, { ...this.#headers, ...headers });
  }
}

/** What an API hears of a token. */
export async function isGood(origin: string, token: string): Promise<boolean> {
  const asked = await new DeviceClient(origin).post(
    '/token/introspection',
    { token },
    { authorization: API },
  );
  return asked.body['active'] === true;
}

/** The owner enters the code and presses the button that links, with what else they are talked into giving. */
export async function press(
  browser: PageClient,
  userCode: string,
  fields: Record<string, string> = {},
): Promise<{ page: Page; answer: Page }> {
  const page = await browser.submit('/device', '/device', { user_code: userCode });
  const form = { csrf: page.field('csrf'), ticket: page.field('ticket'), decision: 'approve', ...fields };
  return { page, answer: await browser.post('/device/confirm', form) };
}

/** The owner types the code from the attacker's message, and their password where it is asked for. */
export async function giveEverything(browser: PageClient, userCode: string): Promise<Page> {
  const { answer } = await press(browser, userCode, { user_code: userCode });
  const [csrf, held] = [answer.field('csrf'), answer.field('held')];
  if (held === '') return answer;
  return browser.post('/account/prove', { csrf, held, password: MAILED_OWNER_PASSWORD });
}
