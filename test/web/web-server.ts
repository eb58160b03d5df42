/** The whole web application with the real protocol and the real stores, behind https as far as it knows. */
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Router } from '@koa/router';
import { pino } from 'pino';
import { Passwords } from '../../src/accounts/passwords.ts';
import type { Session } from '../../src/accounts/session.ts';
import { SecurityLog } from '../../src/audit/security-log.ts';
import { readConfig } from '../../src/config/config.ts';
import type { DeviceLinking } from '../../src/devices/device-linking.ts';
import { LinkRisks } from '../../src/devices/link-risks.ts';
import { LinkWatch } from '../../src/devices/link-watch.ts';
import { WaitingLinks } from '../../src/devices/waiting-links.ts';
import { Refusals } from '../../src/events/refusals.ts';
import { Networks } from '../../src/net/networks.ts';
import { parseTrustedProxies } from '../../src/net/trusted-proxies.ts';
import { parseClients } from '../../src/oidc/clients.ts';
import { createProtocol } from '../../src/oidc/protocol.ts';
import { parseResources } from '../../src/oidc/resources-file.ts';
import { GuessLimits } from '../../src/sessions/guess-limits.ts';
import { Proof } from '../../src/sessions/proof.ts';
import { createApp } from '../../src/web/app.ts';
import { CodeLimits } from '../../src/web/code-limits.ts';
import { FlashMessages } from '../../src/web/flash-messages.ts';
import { showFormPost } from '../../src/web/form-post.ts';
import { LinkTickets } from '../../src/web/link-tickets.ts';
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import { showProtocolError } from '../../src/web/middleware/errors.ts';
import { HttpServer } from '../../src/web/middleware/http-server.ts';
import type { Readiness } from '../../src/web/middleware/operations.ts';
import { safeRequest } from '../../src/web/middleware/safe-request.ts';
import { StepUp } from '../../src/web/middleware/step-up.ts';
import { PageTickets } from '../../src/web/page-tickets.ts';
import { appRoutes } from '../../src/web/routes/apps.ts';
import { CompanionPages } from '../../src/web/routes/companion.ts';
import { deviceRoutes } from '../../src/web/routes/device.ts';
import { interactionRoutes } from '../../src/web/routes/interaction.ts';
import { ownerRoutes } from '../../src/web/routes/owner.ts';
import { waitingRoutes } from '../../src/web/routes/waiting.ts';
import { createViews } from '../../src/web/views.ts';
import type { WebContext, WebState } from '../../src/web/web-state.ts';
import { CHEAP, PEPPER } from '../accounts/account-world.ts';
import { testSigningKeys } from '../support/signing-keys.ts';
import { API_CLIENTS, TEST_RESOURCES } from '../support/test-apis.ts';
import { type LimitChanges, testLimiter } from '../support/test-limits.ts';
import { TEST_CLIENTS } from '../support/test-protocol.ts';
import { signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';
import { PageClient } from './page-client.ts';

export const ISSUER = 'https://link.example.net';
const viewsDir = join(import.meta.dirname, '../../views');
const keys = testSigningKeys();

export interface WebServer {
  port: number;
  origin: string;
  stores: TestStores;
  watch: LinkWatch;
  linking: DeviceLinking;
  http: HttpServer;
  /** What has been logged, as text. */
  logged(): string;
  readiness: { value: Readiness };
  /** A browser that is not signed in. */
  visitor(): PageClient;
  /** A browser in which an owner of an account of its own is signed in. */
  owner(name?: string): Promise<PageClient & { browser: Session }>;
  close(): Promise<void>;
}

export interface WebServerOptions {
  issuer?: string;
  trustedProxies?: string[];
  now?: () => number;
  limits?: LimitChanges;
  /** Milliseconds for which a page, and its script, wait for a device. */
  holds?: { page: number; script: number };
  /** Happens after an approval has been asked for and before it is made. */
  beforeApproval?: (browser: Session, stores: TestStores) => Promise<unknown>;
  /** More routes, for what the real ones never do. */
  extra?: (router: Router<WebState>) => void;
}

export async function startWebServer(options: WebServerOptions = {}): Promise<WebServer> {
  const { issuer = ISSUER, trustedProxies = ['127.0.0.1', '::1'], now = Date.now } = options;
  const stores = await testStores();
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
  const log = pino({ level: 'debug' }, sink);
  const protocol = await protocolFor(issuer, stores);
  const readiness: { value: Readiness } = { value: 'ready' };
  const extra = new Router<WebState>();
  options.extra?.(extra);
  const stepUp = new StepUp({
    proving: new Proof({
      ...stores,
      passwords: await Passwords.create(PEPPER, { cost: CHEAP }),
      limits: new GuessLimits(testLimiter(stores, options.limits, now)),
      proofAges: readConfig({}).config.proofAges,
      now,
    }),
    tickets: new PageTickets(stores.keyring, now),
    now,
  });
  const risks = new LinkRisks({
    approvals: stores.approvals,
    devices: stores.linkedDevices,
    countryOf: undefined,
    networks: new Networks({ privateIsOne: true, isProxy: () => false }),
    bounds: { proof: 5, refusal: 50 },
    lifetime: 600_000,
    now,
  });
  const tickets = new LinkTickets(new PageTickets(stores.keyring, now));
  const watch = new LinkWatch(stores.waitingLinks);
  const waiting = waitingRoutes({
    links: new WaitingLinks(stores.waitingLinks, stores.grants, stores.deviceCodes),
    watch,
    tickets,
    ...(options.holds && { holds: options.holds }),
  });
  const routes = deviceRoutes({
    refusals: new Refusals(stores.activity, now),
    risks,
    linking: pausing(protocol.linking, async (browser) => options.beforeApproval?.(browser, stores)),
    limits: new CodeLimits(testLimiter(stores, options.limits, now)),
    entered: stores.enteredCodes,
    tickets,
    now,
    stepUp,
  });
  const owner = ownerRoutes({
    ...stores,
    browserTimes: { idle: 3_600_000, absolute: 86_400_000 },
    stepUp,
    sealing: stores.keyring,
    clients: TEST_CLIENTS,
    dormantAfter: 30 * 86_400_000,
    now,
  });
  const apps = [
    interactionRoutes({
      ...protocol,
      stepUp,
      companions: new CompanionPages({ companions: protocol.companions, risks, stepUp, now }),
    }),
    appRoutes({ ...protocol, notices: new FlashMessages(new PageTickets(stores.keyring, now)), now }),
  ];
  const app = createApp({
    issuer,
    log,
    views: createViews({ viewsDir, cache: true }),
    viewsDir,
    security: new SecurityLog(log, stores.keyring),
    operations: { readiness: async () => (http.draining ? 'draining' : readiness.value) },
    browsers: stores.browsers,
    macs: stores.keyring,
    endpoints: [],
    routers: [stepUp.routes(), routes, waiting, ...owner, ...apps, extra],
    protocol: protocol.middleware,
  });
  const callback = app.callback();
  const http = new HttpServer(
    safeRequest(
      {
        issuer,
        trustedProxies: parseTrustedProxies(trustedProxies),
        onUnnamedProxy: () => undefined,
        onSilentProxy: () => undefined,
      },
      (request, response) => void callback(request, response),
    ),
  );
  const port = await http.listen(0, '127.0.0.1');
  const origin = `http://127.0.0.1:${port}`;
  return {
    port,
    origin,
    stores,
    watch,
    linking: protocol.linking,
    http,
    logged: () => lines.join(''),
    readiness,
    visitor: () => new PageClient(origin),
    owner: async (name = 'Ada') => {
      const { browser } = await signedInOwner(stores, name);
      const client = new PageClient(origin);
      client.cookies.set(protocolCookies(issuer).session, browser.sessionId);
      return Object.assign(client, { browser });
    },
    close: async () => {
      watch.close();
      await http.drain({ notice: 0, timeout: 200 });
      await stores.connection.close();
    },
  };
}

function pausing(linking: DeviceLinking, pause: (browser: Session) => Promise<unknown>): DeviceLinking {
  return {
    find: (userCode) => linking.find(userCode),
    deny: (userCode) => linking.deny(userCode),
    approve: async (userCode, browser, id) => {
      await pause(browser);
      return linking.approve(userCode, browser, id);
    },
  };
}

function protocolFor(issuer: string, stores: TestStores) {
  const { config } = readConfig({ ISSUER: issuer });
  return keys.then((signingKeys) =>
    createProtocol(
      {
        config,
        ...parseResources(
          JSON.stringify(TEST_RESOURCES),
          parseClients(JSON.stringify([...TEST_CLIENTS, ...API_CLIENTS])),
        ),
        product: 'Latchkey',
        keys: signingKeys,
        accounts: stores.accounts,
        stores: { ...stores, limiter: testLimiter(stores), lifetimes: config.lifetimes },
        cookies: protocolCookies(issuer),
        renderError: (ctx, error) => showProtocolError(ctx as unknown as WebContext, error),
        renderFormPost: (ctx, post) => showFormPost(ctx as unknown as WebContext, post),
      },
      () => undefined,
    ),
  );
}
