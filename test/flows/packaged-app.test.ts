/**
 * A real browser decides which page reads what this server answers: a television's app that is packaged as a web page
 * gets its code, polls and signs itself off; a page of another site reads nothing.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, newWindow } from '../support/browser.ts';
import { DEVICE_GRANT } from '../support/device-client.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';

const CLIENTS = [
  { client_id: 'packaged', client_name: 'Packaged telly', cors_origins: ['null', 'file://'] },
  { client_id: 'tv', client_name: 'Telly' },
  { client_id: 'desktop', client_name: 'Desktop', redirect_uris: ['http://127.0.0.1/signed-in'] },
];

let server: WholeServer;
let browser: Browser;
/** Another website, on the same machine. */
let website: Server;
let packaged: string;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-app-'));
  const file = join(folder, 'clients.json');
  await writeFile(file, JSON.stringify(CLIENTS));
  await writeFile(join(folder, 'app.html'), '<!doctype html><title>Packaged telly</title>');
  packaged = `file://${join(folder, 'app.html')}`;
  website = createServer((_request, response) => response.end('<!doctype html><title>A site</title>'));
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
  server = await startWholeServer({ CLIENTS_FILE: file });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  website.closeAllConnections();
  await new Promise((resolve) => website.close(resolve));
});

const siteAt = (host: string) => `http://${host}:${(website.address() as AddressInfo).port}/`;

async function opened(address: string): Promise<Page> {
  const page = await newWindow(browser, { javaScriptEnabled: true });
  await page.goto(address);
  return page;
}

/** What a script of the page reads, or that the browser kept it from reading. */
function post(page: Page, path: string, fields: Record<string, string>) {
  return page.evaluate(
    async ([address, body]) => {
      try {
        const response = await fetch(address, { method: 'POST', body: new URLSearchParams(body) });
        const text = await response.text();
        return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, string> };
      } catch (error) {
        return { status: 0, body: { error: (error as Error).name } };
      }
    },
    [`${server.issuer}${path}`, fields] as const,
  );
}

/** With a header that makes the browser ask ahead. */
function userinfo(page: Page, token: string) {
  return page.evaluate(
    async ([address, authorization]) => {
      const response = await fetch(address, { headers: { authorization } }).catch(() => undefined);
      return response && { status: response.status, body: (await response.json()) as object };
    },
    [`${server.issuer}/me`, `Bearer ${token}`] as const,
  );
}

/** The owner types the code, and proves who they are where they are asked to. */
async function approve(userCode: string): Promise<void> {
  const { pages } = await server.signUp();
  const page = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [page.field('csrf'), page.field('ticket')];
  const form = { csrf, ticket, decision: 'approve', user_code: userCode };
  let answer = await pages.post('/device/confirm', form);
  const held = answer.field('held');
  if (held !== '')
    answer = await pages.post('/account/prove', { csrf: answer.field('csrf'), held, password: PASSWORD });
  expect(answer.location).toMatch(/^\/device\/waiting/);
}

describe('in a real browser', () => {
  it('a packaged app links itself, reads who its owner is, and signs itself off', async () => {
    const page = await opened(packaged);
    const asked = await post(page, '/device/auth', { client_id: 'packaged', scope: 'openid offline_access' });
    const { device_code = '', user_code = '' } = asked.body;
    const poll = { grant_type: DEVICE_GRANT, client_id: 'packaged', device_code };
    expect(await post(page, '/token', poll)).toMatchObject({
      status: 400,
      body: { error: 'authorization_pending' },
    });
    await approve(user_code);
    const { body } = await post(page, '/token', poll);
    const { access_token = '', refresh_token = '' } = body;
    expect(await userinfo(page, access_token)).toMatchObject({
      status: 200,
      body: { sub: expect.any(String) },
    });
    expect(await userinfo(page, 'unknown')).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    const revoked = await post(page, '/token/revocation', { client_id: 'packaged', token: refresh_token });
    expect(revoked).toEqual({ status: 200, body: {} });
    expect(await userinfo(page, access_token)).toMatchObject({ status: 401 });
  });

  it('a page of an attacker’s reads no code and no token of any client', async () => {
    const nothing = { status: 0, body: { error: 'TypeError' } };
    for (const host of ['127.0.0.1', 'localhost']) {
      const page = await opened(siteAt(host));
      for (const client_id of ['packaged', 'tv']) {
        expect(await post(page, '/device/auth', { client_id, scope: 'openid' })).toEqual(nothing);
        const refresh = { client_id, grant_type: 'refresh_token', refresh_token: 'x' };
        expect(await post(page, '/token', refresh)).toEqual(nothing);
      }
    }
    const page = await opened(packaged);
    expect(await post(page, '/device/auth', { client_id: 'tv', scope: 'openid' })).toEqual(nothing);
    expect(await post(page, '/token/introspection', { client_id: 'packaged', token: 'x' })).toEqual(nothing);
  });

  it('an app on the owner’s own machine is answered at whatever port it listens', async () => {
    const refresh = { client_id: 'desktop', grant_type: 'refresh_token', refresh_token: 'x' };
    const page = await opened(siteAt('127.0.0.1'));
    expect(await post(page, '/token', refresh)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await post(await opened(siteAt('localhost')), '/token', refresh)).status).toBe(0);
  });
});
