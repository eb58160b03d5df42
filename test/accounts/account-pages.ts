/** Our pages about accounts over real HTTP, with the real stores; nothing of the protocol. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { SecurityLog } from '../../src/audit/security-log.ts';
import { Outbox } from '../../src/mail/outbox.ts';
import { OutgoingMail } from '../../src/mail/outgoing-mail.ts';
import { parseTrustedProxies } from '../../src/net/trusted-proxies.ts';
import { createApp } from '../../src/web/app.ts';
import { HttpServer } from '../../src/web/middleware/http-server.ts';
import { safeRequest } from '../../src/web/middleware/safe-request.ts';
import { accountRoutes } from '../../src/web/routes/accounts.ts';
import { outboxRoutes } from '../../src/web/routes/outbox.ts';
import { secondStepRoutes } from '../../src/web/routes/second-step.ts';
import { signInRoutes } from '../../src/web/routes/sign-in.ts';
import { signUpRoutes } from '../../src/web/routes/sign-up.ts';
import { createViews } from '../../src/web/views.ts';
import { serviceAt } from '../support/service.ts';
import { type Page, PageClient } from '../web/page-client.ts';
import { type AccountWorld, accountWorld, PASSWORD, type WorldOverrides } from './account-world.ts';

const viewsDir = join(import.meta.dirname, '../../views');
export const SESSION = 'latchkey_session';

export interface AccountPages {
  world: AccountWorld;
  /** The newest code that was mailed to an address, as the outbox shows it. */
  codeFor(email: string): Promise<string>;
  logged(): string;
  browser(): PageClient;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startAccountPages(overrides: WorldOverrides = {}): Promise<AccountPages> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-pages-'));
  const outbox = new Outbox(folder, 'Latchkey <no-reply@localhost>');
  const mail = new OutgoingMail(outbox, ({ reason }) => {
    throw new Error(reason);
  });
  const issuer = 'http://localhost:3000';
  const world = await accountWorld({ service: serviceAt(issuer), mail, ...overrides });
  const shared = { ...serviceAt(issuer), outbox: true, passkeys: true };
  const signUpOpen = world.signUp.mode === 'open';
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
  const log = pino({ level: 'debug' }, sink);
  const app = createApp({
    issuer,
    log,
    views: createViews({ viewsDir, cache: true }),
    viewsDir,
    security: new SecurityLog(log, world.stores.keyring),
    operations: { readiness: async () => 'ready' },
    browsers: world.stores.browsers,
    macs: world.stores.keyring,
    endpoints: [],
    routers: [
      accountRoutes({ signOut: world.signOut, signUpOpen }),
      signInRoutes({ ...shared, signIn: world.signIn, byMail: world.signInByMail, signUpOpen }),
      secondStepRoutes({ ...shared, secondStep: world.secondStep, passkeys: world.passkeyCheck }),
      signUpRoutes({ ...shared, signUp: world.signUp }),
      outboxRoutes({ outbox }),
    ],
    protocol: async (_ctx, next) => next(),
  });
  const callback = app.callback();
  const trustedProxies = parseTrustedProxies(['127.0.0.1']);
  const http = new HttpServer(
    safeRequest(
      { issuer, trustedProxies, onUnnamedProxy: () => undefined, onSilentProxy: () => undefined },
      (request, response) => void callback(request, response),
    ),
  );
  const port = await http.listen(0, '127.0.0.1');
  const close = async () => {
    await http.drain({ notice: 0, timeout: 200 });
    await world.close();
    await rm(folder, { recursive: true });
  };
  return {
    world,
    codeFor: async (email) => {
      await mail.settled();
      const newest = (await outbox.list()).find(({ to }) => to === email);
      return /\b\d{6}\b/.exec(newest?.text ?? '')?.[0] ?? '';
    },
    logged: () => lines.join(''),
    browser: () => new PageClient(`http://127.0.0.1:${port}`),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Creates an account with this browser, and leaves it signed in. */
export async function signUp(
  pages: AccountPages,
  browser: PageClient,
  email: string,
  returnTo?: string,
): Promise<Page> {
  const fields = { name: 'Ada', email, password: PASSWORD, ...(returnTo && { return_to: returnTo }) };
  const page = await browser.submit('/sign-up', '/sign-up', fields);
  const confirm = { csrf: page.field('csrf'), ticket: page.field('ticket') };
  return browser.post('/sign-up/confirm', { ...confirm, code: await pages.codeFor(email) });
}

export const signIn = (
  browser: PageClient,
  email: string,
  password = PASSWORD,
  more: Record<string, string> = {},
) => browser.submit('/sign-in', '/sign-in', { email, password, ...more });

/** A page without what differs each time. */
export const alike = (page: Page, email: string) =>
  page.text
    .replaceAll(email, 'EMAIL')
    .replace(/name="(csrf|ticket)" value="[^"]*"/g, '')
    .replace(/nonce="[^"]*"/g, '');
