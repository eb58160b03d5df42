/** A whole server with three apps: two hear when their people have signed out, mail by `sid` alone, and quiet does not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountId } from '../../src/accounts/account.ts';
import { type Page, PageClient } from '../web/page-client.ts';
import { TestApp } from './app.ts';
import { LogoutReceiver } from './logout-receiver.ts';
import { newBrowser, signedInOwner, type TestStores } from './test-stores.ts';

export const APP = {
  redirect_uris: ['https://notes.example.com/signed-in'],
  token_endpoint_auth_method: 'client_secret_basic',
  client_secret: 'a secret of the notes for their tests, 40 chars',
};

type Apps = Record<'notes' | 'mail' | 'quiet', TestApp>;

export class LogoutWorld<Server extends { issuer: string }> {
  readonly receiver: LogoutReceiver;
  readonly server: Server;
  readonly stores: TestStores;
  readonly apps: Apps;
  readonly #folder: string;

  private constructor(parts: {
    receiver: LogoutReceiver;
    server: Server;
    stores: TestStores;
    apps: Apps;
    folder: string;
  }) {
    ({ receiver: this.receiver, server: this.server, stores: this.stores, apps: this.apps } = parts);
    this.#folder = parts.folder;
  }

  /** @param start starts a server with this file of clients */
  static async start<Server extends { issuer: string }>(
    start: (clientsFile: string) => Promise<{ server: Server; stores: TestStores }>,
  ): Promise<LogoutWorld<Server>> {
    const receiver = await LogoutReceiver.start();
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-logout-'));
    const file = join(folder, 'clients.json');
    const [notes, mail] = ['notes', 'mail'].map((app) => ({ backchannel_logout_uri: receiver.uri(app) }));
    const clients = [
      { ...APP, ...notes, client_id: 'notes', client_name: 'Notes' },
      {
        ...{ ...APP, ...mail, client_id: 'mail', client_name: 'Mail' },
        backchannel_logout_session_required: true,
        id_token_signed_response_alg: 'ES256',
      },
      { ...APP, client_id: 'quiet', client_name: 'Quiet' },
    ];
    await writeFile(file, JSON.stringify(clients));
    const { server, stores } = await start(file);
    const app = (id: string) => TestApp.notes(server, id);
    const apps = { notes: await app('notes'), mail: await app('mail'), quiet: await app('quiet') };
    return new LogoutWorld({ receiver, server, stores, apps, folder });
  }

  /** Everything but the server and its stores. */
  async close(): Promise<void> {
    await this.receiver.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** An owner's browser, signed in straight at the store: how people sign in is another test's. */
  async owner(): Promise<{ accountId: AccountId; pages: PageClient }> {
    const { accountId, browser } = await signedInOwner(this.stores);
    return { accountId, pages: this.#browserOf(browser.sessionId) };
  }

  async another(accountId: AccountId): Promise<PageClient> {
    const browser = newBrowser(accountId, 1);
    await this.stores.browsers.insert(browser, { idle: 3_600_000, absolute: 86_400_000 });
    return this.#browserOf(browser.sessionId);
  }

  /** The owner signs in to an app in this browser, and allows it what it asks where they are asked. */
  async signIn(pages: PageClient, app: TestApp, parameters: Record<string, string> = {}) {
    const attempt = await app.begin(parameters);
    let { location } = await pages.get(attempt.url.pathname + attempt.url.search);
    if (location.startsWith('/interaction/')) {
      const page = await pages.get(location);
      const allowed = { csrf: page.field('csrf'), decision: 'allow', 'allow:offline_access': '1' };
      const answer = await pages.post(location, allowed);
      ({ location } = await pages.get(onwardIn(answer) ?? ''));
    }
    return app.redeem(new URL(location), attempt);
  }

  signOut(pages: PageClient): Promise<Page> {
    return pages.submit('/account', '/sign-out', {});
  }

  /** How many notices an app has still to hear. */
  async waiting(clientId: string): Promise<number> {
    const [name] = this.stores.appEnds.namesOf(clientId);
    return this.stores.noticeQueues.count(name);
  }

  #browserOf(sessionId: string): PageClient {
    const pages = new PageClient(this.server.issuer);
    pages.cookies.set('latchkey_session', sessionId);
    return pages;
  }
}

const onwardIn = (page: Page) =>
  /http-equiv="refresh" content="0;url=([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');

export const sidOf = (tokens: { claims(): unknown }) => (tokens.claims() as { sid?: string }).sid;
