/** Each way in which an app asks and is answered, in a real browser (OAuth 2.0 Multiple Response Types, Form Post). */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { TestApp } from '../support/app.ts';
import { AppWorld, press, words } from '../support/app-world.ts';
import { type Owner, signIn } from '../support/browser.ts';

/** An app on the owner's own machine: what it heard, and how. */
interface ListeningApp {
  redirectUri: string;
  readonly heard: { method: string; url: string; body: string }[];
  /** Where it sends its people on to; unset: it greets them. */
  sendOnTo?: string;
  close(): void;
}

let world: AppWorld;
let app: ListeningApp;
let owner: Owner;
beforeAll(async () => {
  world = await AppWorld.start();
  owner = await world.newOwner();
});
afterAll(() => world?.close());
beforeEach(async () => {
  app = await listen();
});
afterEach(() => app.close());

async function listen(): Promise<ListeningApp> {
  const heard: ListeningApp['heard'] = [];
  const listening: ListeningApp = { redirectUri: '', heard, close: () => server.close() };
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const { method = '', url = '' } = request;
    if (url.startsWith('/signed-in')) heard.push({ method, url, body });
    if (listening.sendOnTo) response.writeHead(303, { location: listening.sendOnTo }).end();
    else response.setHeader('content-type', 'text/html').end('<h1>Hello</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  listening.redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/signed-in`;
  return listening;
}

async function signedInPage(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await world.browser.newContext(options)).newPage();
  await page.goto(`${world.server.issuer}/sign-in`);
  await signIn(page, owner);
  await page.waitForURL(/\/account$/);
  return page;
}

const desktop = () => TestApp.of(world.server, 'desktop', app.redirectUri);

/** The owner allows what the app asks in this way, and comes back to it. */
async function allow(page: Page, parameters: Record<string, string>) {
  const notes = await desktop();
  const attempt = await notes.begin(parameters);
  await page.goto(attempt.url.href);
  await press(page, 'Allow');
  return { notes, attempt };
}

describe('an app hears its answer', () => {
  it('as a form, where it asks for one (ASP.NET Core does by default)', async () => {
    const page = await signedInPage();
    const { notes, attempt } = await allow(page, { response_mode: 'form_post' });
    await page.getByText('Hello').waitFor();
    const [{ method, url, body } = { method: '', url: '', body: '' }] = app.heard;
    expect([method, url]).toEqual(['POST', '/signed-in']);
    const answer = new URL(`${app.redirectUri}?${body}`);
    expect(Object.fromEntries(answer.searchParams)).toMatchObject({
      state: attempt.state,
      iss: world.server.issuer,
    });
    expect((await notes.redeem(answer, attempt)).access_token).toBeDefined();
    await page.context().close();
  });

  it('as a form without scripts, by one button', async () => {
    const page = await signedInPage({ javaScriptEnabled: false });
    await allow(page, { response_mode: 'form_post' });
    expect(await words(page)).toContain('You go back to Desktop.');
    expect(app.heard).toEqual([]);
    await press(page, 'Continue');
    await page.getByText('Hello').waitFor();
    expect(app.heard).toMatchObject([{ method: 'POST' }]);
    await page.context().close();
  });

  it('of a refusal as a form too', async () => {
    const page = await signedInPage();
    const attempt = await (await desktop()).begin({ response_mode: 'form_post' });
    await page.goto(attempt.url.href);
    await press(page, 'Don’t allow');
    await page.getByText('Hello').waitFor();
    expect(Object.fromEntries(new URLSearchParams(app.heard[0]?.body))).toMatchObject({
      error: 'access_denied',
      state: attempt.state,
      iss: world.server.issuer,
    });
    await page.context().close();
  });

  it('in the fragment, where it asks for that', async () => {
    const page = await signedInPage();
    const { notes, attempt } = await allow(page, { response_mode: 'fragment' });
    await page.getByText('Hello').waitFor();
    const { hash, search } = new URL(page.url());
    expect(search).toBe('');
    const answer = new URL(`${app.redirectUri}?${hash.slice(1)}`);
    expect((await notes.redeem(answer, attempt)).access_token).toBeDefined();
    await page.context().close();
  });
});

describe('an app that sends its people on to another site', () => {
  it.each(['query', 'form_post'])(
    'is reached by %s: no policy of ours holds it up',
    async (response_mode) => {
      const page = await signedInPage();
      app.sendOnTo = `${world.server.issuer.replace('127.0.0.1', 'localhost')}/sign-in`;
      await allow(page, { response_mode });
      await page.waitForURL(app.sendOnTo);
      expect(app.heard).toHaveLength(1);
      await page.context().close();
    },
  );
});

describe('an app asks by a form (OpenID Connect Core section 3.1.2.1)', () => {
  /** What a site shows that sends its people on by a form. */
  async function formOf(page: Page, url: URL): Promise<void> {
    const fields = [...url.searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`);
    await page.goto(new URL('/', app.redirectUri).href);
    await page.setContent(
      `<form method="post" action="${url.origin}${url.pathname}">${fields.join('')}<button>Go</button></form>`,
    );
    await page.getByRole('button', { name: 'Go' }).click();
  }

  it('and finds its owner signed in, as by an address', async () => {
    const page = await signedInPage();
    const notes = await desktop();
    const attempt = await notes.begin();
    await formOf(page, attempt.url);
    await press(page, 'Allow');
    await page.getByText('Hello').waitFor();
    const answer = new URL(app.heard[0]?.url ?? '', app.redirectUri);
    expect((await notes.redeem(answer, attempt)).access_token).toBeDefined();
    await page.context().close();
  });
});
