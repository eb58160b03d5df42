/** What `examples/` holds runs as its README says, against the clients of `clients.example.json`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ensureSystemPackage } from '../../src/dev/system-packages.ts';
import { createAccount, launchBrowser, newOwner, newWindow } from '../support/browser.ts';
import { DeviceClient } from '../support/device-client.ts';
import { freePort } from '../support/free-port.ts';
import { request } from '../support/http.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { hasKubelogin, tryDeviceCode, tryKubectl, tryToken } from './kubectl.ts';
import { tryMcp } from './mcp.ts';
import { EXAMPLES, RunningExample } from './running-example.ts';

/** Of Debian, for the device in C. */
const COMPILER = {
  commands: ['curl-config'],
  debianPackage: 'libcurl4-openssl-dev',
  alongside: ['gcc', 'libc6-dev', 'make'],
};

const owner = newOwner('Grace Hopper');
let server: TestServer;
let browser: Browser;
let page: Page;
let folder: string;
let apiPort: string;
let mcpPort: string;
beforeAll(async () => {
  ensureSystemPackage({ ...COMPILER, say: () => undefined });
  folder = mkdtempSync(join(tmpdir(), 'latchkey-examples-'));
  [apiPort, mcpPort] = [String(await freePort()), String(await freePort())];
  const resources = join(folder, 'resources.json');
  const examples = ['api', 'mcp'].flatMap((name) =>
    JSON.parse(readFileSync(join(EXAMPLES, name, 'resources.example.json'), 'utf8')),
  );
  const text = JSON.stringify(examples);
  writeFileSync(
    resources,
    text.replace('localhost:4001', `localhost:${apiPort}`).replace('localhost:4002', `localhost:${mcpPort}`),
  );
  [server, browser] = await Promise.all([
    startServer({ RESOURCES_FILE: resources, REGISTRATION: 'open' }),
    launchBrowser(),
  ]);
  page = await newWindow(browser, { javaScriptEnabled: true });
  await createAccount(page, server.issuer, owner);
  await page.waitForURL(/\/account$/);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const main = () => page.locator('main').innerText();

/** By the kind of device: Link speaker, Link device. */
const LINK = /^Link /;
const DONT = /^Don’t link$/;

async function decide(userCode: string, decision: RegExp): Promise<void> {
  await page.goto(`${server.issuer}/device`);
  await page.getByLabel('Code').fill(userCode);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: decision }).click();
  await page.waitForURL(decision === DONT ? /\/device\/denied/ : /\/device\/waiting/);
}

async function removeApp(name: string): Promise<void> {
  await page.goto(`${server.issuer}/account/apps`);
  await page.getByRole('link', { name }).click();
  await page.getByRole('link', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
}

describe.each([
  ['device-python', ['/usr/bin/python3', 'device.py']],
  ['device-c', ['sh', '-c', `make -s OUT=${'$'}BINARY && exec ${'$'}BINARY`]],
] as const)('%s', (name, command) => {
  const running: RunningExample[] = [];
  const start = () => {
    const device = new RunningExample(command, name, {
      ISSUER: server.issuer,
      KEY_FILE: join(folder, `${name}.key`),
      BINARY: join(folder, name),
    });
    running.push(device);
    return device;
  };
  afterEach(() => Promise.all(running.splice(0).map((device) => device.stop())));

  it('is linked, uses its key again, notices that it was removed, and hears that its owner says no', async () => {
    const device = start();
    const [code = ''] = await device.says(/Open \S+ and type (\S+)/);
    await decide(code, LINK);
    expect(await device.says(/Linked to the account of (.*)\./)).toEqual(['Grace Hopper']);
    expect(await device.ended()).toBe(0);

    const again = start();
    expect(await again.says(/^Linked to the account of (.*)\./)).toEqual(['Grace Hopper']);

    await page.goto(`${server.issuer}/account/devices`);
    await page
      .locator('main')
      .getByRole('link')
      .filter({ hasText: /Kitchen display|Radio/ })
      .first()
      .click();
    await page.getByRole('link', { name: /^Remove / }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    const removed = start();
    await removed.says(/This device was removed\./);
    const [next = ''] = await removed.says(/Open \S+ and type (\S+)/);
    await decide(next, DONT);
    expect(await removed.ended()).toBe(1);
  });
});

const startApi = () =>
  new RunningExample([process.execPath, 'api.mjs'], 'api', { ISSUER: server.issuer, PORT: apiPort });

describe('api', () => {
  it('takes JWTs that are for it, and says where there are some (RFC 9728)', async () => {
    const api = startApi();
    const resource = `http://localhost:${apiPort}`;
    const ask = (token: string) => request(resource, { headers: { authorization: `Bearer ${token}` } });
    const device = new DeviceClient(server.issuer, 'demo-device');
    const tokenWith = async (fields: Record<string, string>) => {
      const { deviceCode, userCode } = codesOf(await device.authorize(fields));
      await decide(userCode, LINK);
      return tokensOf(await device.poll(deviceCode));
    };
    try {
      await api.says(/Listening/);
      const refused = await request(resource);
      const [, where = ''] =
        /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
      expect(refused.status).toBe(401);
      const { authorization_servers: servers, ...said } = (await (await request(where)).json()) as Record<
        string,
        unknown
      >;
      expect(servers).toEqual([server.issuer]);
      expect(said).toMatchObject({ resource, scopes_supported: ['greetings.read'] });

      const tokens = await tokenWith({ scope: 'openid greetings.read', resource });
      const greeted = await ask(tokens.access_token);
      expect([greeted.status, await greeted.text()]).toEqual([
        200,
        expect.stringMatching(/^account \S+, by demo-device$/),
      ]);
      const { access_token: allowedLess } = await tokenWith({ scope: 'openid', resource });
      expect((await ask(allowedLess)).status).toBe(403);
      const [header = '', payload = '', signature = ''] = tokens.access_token.split('.');
      const forged = `${header}.${payload}.${signature.slice(0, -4)}AAAA`;
      for (const wrong of [forged, tokens.id_token ?? '', 'a.b.c', 'x'.repeat(43)])
        expect([wrong, (await ask(wrong)).status]).toEqual([wrong, 401]);
    } finally {
      await api.stop();
    }
  });
});

describe('website and api', () => {
  it('sign a person in, ask for them, and sign them out; who removed the website is out at once', async () => {
    const port = String(await freePort());
    const api = startApi();
    const site = new RunningExample([process.execPath, 'website.mjs'], 'website', {
      ISSUER: server.issuer,
      PORT: port,
      API: `http://localhost:${apiPort}`,
    });
    try {
      await Promise.all([api.says(/Listening/), site.says(/Open/)]);
      expect((await request(`http://localhost:${apiPort}`)).status).toBe(401);
      const home = `http://localhost:${port}/`;
      const signIn = async () => {
        await page.goto(home);
        await page.getByRole('link', { name: 'Sign in' }).click();
        await page.getByRole('button', { name: 'Allow', exact: true }).click();
        await page.waitForURL(home);
        expect(await page.locator('body').innerText()).toMatch(
          /Hello, Grace Hopper[\s\S]*account \S+, by example-app/,
        );
      };
      await signIn();
      await removeApp('Example app');
      await page.goto(home);
      expect(await page.locator('body').innerText()).toContain('You were signed out elsewhere.');
      await signIn();
      await page.getByRole('link', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Stay signed in' }).click();
      await page.waitForURL(home);
      expect(await page.locator('body').innerText()).toContain('You are not signed in.');
    } finally {
      await Promise.all([api.stop(), site.stop()]);
    }
  });
});

describe('mcp', () => {
  it('signs in once, calls the tool for its owner, refreshes by itself, asks anew once it was removed, registers itself', () =>
    tryMcp({ issuer: server.issuer, page, folder, port: mcpPort, removeApp }));
});

describe('kubectl', () => {
  it('gets an ID token that the API server takes, and another one when it refreshes', () =>
    tryToken({ issuer: server.issuer, page, folder }, owner.email));

  const withKubelogin = hasKubelogin ? it : it.skip;
  withKubelogin('signs in with kubelogin once, and then by itself (where both are on the path)', () =>
    tryKubectl({ issuer: server.issuer, page, folder }, owner.email),
  );
  withKubelogin('signs in with kubelogin on a machine without a browser (where both are on the path)', () =>
    tryDeviceCode({ issuer: server.issuer, page, folder }, owner.email, (code) => decide(code, LINK)),
  );
});

describe('single-page-app', () => {
  it('signs a person in and out, from the browser alone', async () => {
    const port = String(await freePort());
    const app = new RunningExample([process.execPath, 'serve.mjs'], 'single-page-app', {
      ISSUER: server.issuer,
      PORT: port,
      // Its library, as the tests of clients have installed it.
      NODE_PATH: join(import.meta.dirname, '../clients/node_modules'),
    });
    try {
      await app.says(/Open/);
      await page.goto(`http://localhost:${port}/`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Allow', exact: true }).click();
      await page.getByText('Hello, Grace Hopper.').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Sign out here' }).click();
      await page.getByText('You are not signed in.').waitFor();
      expect(await main()).toContain('Sign in');
    } finally {
      await app.stop();
    }
  });
});
