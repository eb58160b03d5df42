/** The whole server, and a provider by which its owners may sign in. */
import type { Configuration } from 'oidc-provider';
import type { Page, PageClient } from '../web/page-client.ts';
import { Agent } from './app.ts';
import { freePort } from './free-port.ts';
import { UpstreamProvider } from './upstream-provider.ts';
import { PASSWORD, startWholeServer, type WholeServer } from './whole-server.ts';

export const CORP = '/sign-in/upstream/corp';
export const LINKS = '/account/security/upstream';

interface WorldOptions {
  /** More of the entry of UPSTREAM_FILE. */
  readonly entry?: Record<string, unknown>;
  readonly provider?: Partial<Configuration>;
  readonly environment?: Record<string, string>;
  readonly now?: () => number;
  /** Other clients than those of the tests, of a server that calls itself so. */
  readonly clients?: (issuer: string) => readonly object[];
  readonly webhooks?: readonly object[];
}

export class UpstreamWorld {
  readonly server: WholeServer;
  readonly provider: UpstreamProvider;
  /** Another one, of which an entry tells, too. */
  readonly other: UpstreamProvider;

  private constructor(server: WholeServer, provider: UpstreamProvider, other: UpstreamProvider) {
    this.server = server;
    this.provider = provider;
    this.other = other;
  }

  static async start({
    entry,
    provider: changes,
    environment,
    clients,
    ...overrides
  }: WorldOptions = {}): Promise<UpstreamWorld> {
    const port = await freePort();
    const callback = (id: string) => `http://127.0.0.1:${port}/sign-in/upstream/${id}/callback`;
    const provider = await UpstreamProvider.start([callback('corp')], changes);
    const other = await UpstreamProvider.start([callback('other')]);
    const upstreams = [provider.entry('corp', 'Corp', entry), other.entry('other', 'Other')];
    const settings = { PORT: `${port}`, EGRESS_ALLOW: '127.0.0.0/8', ...environment };
    const starting = startWholeServer(settings, undefined, {
      upstreams,
      ...(clients && { clients: clients(`http://127.0.0.1:${port}`) }),
      ...overrides,
    });
    const server = await starting.catch(async (error: unknown) => {
      await Promise.all([provider.close(), other.close()]);
      throw error;
    });
    return new UpstreamWorld(server, provider, other);
  }

  /** An owner with a password, signed in. */
  owner(): Promise<{ email: string; pages: PageClient }> {
    return this.server.signUp();
  }

  /** Presses the button, and goes as far as the page from which the browser leaves. @returns where it goes to */
  async leave(pages: PageClient, path = CORP, from = '/sign-in'): Promise<string> {
    const page = await pages.get(from);
    const begun = await pages.postAlone(path, { csrf: page.field('csrf'), return_to: '/account' });
    return (await pages.get(begun.location)).onward;
  }

  /** Signs in at the provider. @returns path and query at which the browser comes back */
  async signInThere(address: string, agent = new Agent()): Promise<string> {
    let url = new URL(address);
    for (let step = 0; step < 8; step += 1) {
      const { location, status, text } = await agent.get(url);
      if (location === '') throw new Error(`the provider shows ${status} ${text}`);
      url = new URL(location, url);
      if (url.origin === this.server.issuer) return url.pathname + url.search;
    }
    throw new Error('the provider does not let go');
  }

  /** All of it. @returns what the callback answered, or the page that it led to where it says what came of it */
  async signIn(pages: PageClient, path = CORP): Promise<Page> {
    return this.comeBack(pages, await this.signInThere(await this.leave(pages, path)));
  }

  /** The browser comes back from the provider. */
  async comeBack(pages: PageClient, callback: string): Promise<Page> {
    const answer = await pages.get(callback);
    return answer.location.includes('answer=') ? pages.get(answer.location) : answer;
  }

  /** From the page of the account, with a fresh proof. */
  async link(pages: PageClient, id = 'corp'): Promise<Page> {
    const page = await pages.get(LINKS);
    const begun = await this.proved(
      pages,
      await pages.postAlone(`${LINKS}/${id}/link`, { csrf: page.field('csrf') }),
    );
    const onward = (await pages.get(begun.location)).onward;
    return this.comeBack(pages, await this.signInThere(onward));
  }

  /** Gives the password where it is asked for. */
  async proved(pages: PageClient, answer: Page): Promise<Page> {
    if (!answer.location.includes('held=')) return answer;
    const prove = await pages.get(answer.location);
    const [csrf, held] = [prove.field('csrf'), prove.field('held')];
    return pages.postAlone('/account/prove', { csrf, held, password: PASSWORD });
  }

  /** Who is signed in in this browser; `''`: no one. */
  async whoIsIn(pages: PageClient): Promise<string> {
    const page = await pages.get('/account');
    return /[\w-]+@example\.org/.exec(page.text)?.[0] ?? '';
  }

  async close(): Promise<void> {
    await Promise.all([this.server.close(), this.provider.close(), this.other.close()]);
  }
}
