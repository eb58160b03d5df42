/** From nothing to the first sign-in by another provider, as docs/upstream.md says it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launchBrowser, newWindow } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import { EXAMPLES, RunningExample } from './running-example.ts';
import { signInThere } from './signing-in-there.ts';

const DOCUMENT = readFileSync(join(EXAMPLES, '../docs/upstream.md'), 'utf8');
const PATH = '/sign-in/upstream/neighbour';
let folder: string;
let server: WholeServer;
let neighbour: RunningExample;
let origin: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-upstream-'));
  const [port, ours] = [await freePort(), await freePort()];
  origin = `http://localhost:${port}`;
  const example = readFileSync(join(EXAMPLES, 'upstream', 'upstream.example.json'), 'utf8');
  writeFileSync(join(folder, 'upstream.json'), example.replace('http://localhost:4010', origin));
  const env = { PORT: `${port}`, LATCHKEY: `http://127.0.0.1:${ours}` };
  neighbour = new RunningExample(['node', 'provider.mjs'], 'upstream', env);
  await neighbour.says(/is on (\S+)/);
  server = await startWholeServer({
    PORT: `${ours}`,
    UPSTREAM_FILE: join(folder, 'upstream.json'),
  });
});
afterAll(async () => {
  await server?.close();
  await neighbour?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function leave(pages: PageClient): Promise<string> {
  const page = await pages.get('/sign-in');
  expect(page.text).toContain('Continue with The neighbour');
  const begun = await pages.postAlone(PATH, { csrf: page.field('csrf') });
  return (await pages.get(begun.location)).onward;
}

describe('the first sign-in by another provider', () => {
  it('is as the document says: a button, a name there, a code here', async () => {
    for (const line of [
      'node examples/upstream/provider.mjs &',
      'UPSTREAM_FILE=examples/upstream/upstream.example.json npm start',
    ])
      expect(DOCUMENT).toContain(line);
    const pages = server.visitor();
    const back = await pages.get(await signInThere(server.issuer, await leave(pages), 'ada'));
    expect((await pages.get(back.location)).text).toContain('Create account');
    const form = await pages.get(`${PATH}/new`);
    expect(form.text).toContain('ada@neighbour.example');
    await pages.postAlone(`${PATH}/new`, {
      csrf: form.field('csrf'),
      name: 'Ada',
      email: 'ada@neighbour.example',
    });
    const code = /\b\d{6}\b/.exec(await server.mailTo('ada@neighbour.example'))?.[0] ?? '';
    const confirm = await pages.get('/sign-up/code');
    const fields = { csrf: confirm.field('csrf'), ticket: confirm.field('ticket'), code };
    expect((await pages.postAlone('/sign-up/confirm', fields)).location).toBe('/account');
    const again = server.visitor();
    expect((await again.get(await signInThere(server.issuer, await leave(again), 'ada'))).location).toBe(
      '/account',
    );
  });

  it('goes through a real browser from site to site, without scripts, with the policy of our pages', async () => {
    const browser = await launchBrowser();
    try {
      const page = await newWindow(browser);
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      await page.goto(`${server.issuer}/sign-in`);
      await press('Continue with The neighbour');
      await page.waitForURL(`${origin}/**`);
      await page.locator('input[name=login]').fill('grace');
      await page.locator('input[name=password]').fill('any');
      await page.locator('button[type=submit]').click();
      await page.waitForURL(`${origin}/interaction/**`);
      await page.locator('button[type=submit]').click();
      await page.waitForURL(`${server.issuer}/**`);
      await page.getByRole('link', { name: 'Create account' }).click();
      expect(await page.getByLabel('Email').inputValue()).toBe('grace@neighbour.example');
      await press('Create account');
      const code = /\b\d{6}\b/.exec(await server.mailTo('grace@neighbour.example'))?.[0] ?? '';
      await page.locator('input[name=code]').fill(code);
      await page.locator('main button[type=submit]').first().click();
      await page.waitForURL(`${server.issuer}/account`);
      expect(await page.locator('body').innerText()).toContain('grace');
    } finally {
      await browser.close();
    }
  });
});
