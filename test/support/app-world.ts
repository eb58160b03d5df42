import type { Browser, Page } from 'playwright-core';
import { type Attempt, TestApp } from './app.ts';
import { createAccount, launchBrowser, newOwner, newWindow, type Owner, signIn } from './browser.ts';
import { SERVER_SECRET, startServer, type TestServer } from './test-server.ts';
import { randomId, type TestStores, testStores } from './test-stores.ts';

/** Where the app of these tests hears its answers. */
const NOTES = 'https://notes.example.com/signed-in';

export const words = (page: Page) => page.locator('main').innerText();
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** The site of an app at this address, which leads nowhere: redirects to it are answered too. */
export async function playSite(page: Page, address: string): Promise<void> {
  const network = await page.context().newCDPSession(page);
  network.on('Fetch.requestPaused', ({ requestId }) => {
    void network.send('Fetch.fulfillRequest', { requestId, responseCode: 200, body: btoa('Hello') });
  });
  await network.send('Fetch.enable', { patterns: [{ urlPattern: `${address}*` }] });
}

/** A real server, a real browser, and an app on an unmodified client library. */
export class AppWorld {
  readonly server: TestServer;
  /** The store behind it, past the server. */
  readonly stores: TestStores;
  readonly browser: Browser;
  readonly notes: TestApp;

  private constructor(server: TestServer, stores: TestStores, browser: Browser, notes: TestApp) {
    this.server = server;
    this.stores = stores;
    this.browser = browser;
    this.notes = notes;
  }

  static async start(): Promise<AppWorld> {
    const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
    const prefix = `t${randomId()}:`;
    const [server, stores, browser] = await Promise.all([
      startServer({ CLIENTS_FILE: clients, REDIS_PREFIX: prefix }),
      testStores({ prefix, secrets: [SERVER_SECRET] }),
      launchBrowser(),
    ]);
    return new AppWorld(server, stores, browser, await TestApp.notes(server));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await this.stores.connection.close();
  }

  async newOwner(): Promise<Owner> {
    const owner = newOwner();
    const page = await newWindow(this.browser);
    await createAccount(page, this.server.issuer, owner);
    await page.context().close();
    return owner;
  }

  async window(): Promise<Page> {
    const page = await newWindow(this.browser);
    await playSite(page, NOTES);
    return page;
  }

  async signedInWindow(owner: Owner): Promise<Page> {
    const page = await this.window();
    await page.goto(`${this.server.issuer}/sign-in`);
    await signIn(page, owner);
    await page.waitForURL(/\/account$/);
    return page;
  }

  /** What the app hears when the browser comes to it. */
  async answerAfter(page: Page, act: () => Promise<unknown>): Promise<URL> {
    const before = page.url();
    await act();
    await page.waitForURL((url) => url.href !== before && url.href.startsWith(NOTES));
    return new URL(page.url());
  }

  async begin(page: Page, parameters = {}): Promise<Attempt> {
    const attempt = await this.notes.begin(parameters);
    await page.goto(attempt.url.href);
    return attempt;
  }

  /** The owner, who is signed in, allows the app what it asks for. */
  async tokensIn(page: Page, parameters = {}) {
    const attempt = await this.begin(page, parameters);
    return this.notes.redeem(await this.answerAfter(page, () => press(page, 'Allow')), attempt);
  }
}
