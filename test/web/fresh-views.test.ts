/** `npm run dev`: who writes templates and styles sees them at the next look, without a restart. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Koa from 'koa';
import { staticFiles } from '../../src/web/middleware/static-files.ts';
import { createViews } from '../../src/web/views.ts';
import { request } from '../support/http.ts';
import { SAMPLES } from './samples.ts';

const ROOT = join(import.meta.dirname, '../..');
const signIn = SAMPLES.find(({ view }) => view.page === 'sign-in')?.view ?? SAMPLES[0]?.view;

let viewsDir: string;
let server: Server | undefined;
beforeEach(async () => {
  viewsDir = await mkdtemp(join(tmpdir(), 'latchkey-views-'));
  await cp(join(ROOT, 'views'), viewsDir, { recursive: true });
});
afterEach(async () => {
  server?.close();
  server = undefined;
  await rm(viewsDir, { recursive: true, force: true });
});

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  const path = join(viewsDir, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
}

async function serve(fresh: boolean): Promise<(name: string) => Promise<string>> {
  const app = new Koa().use(staticFiles(join(viewsDir, 'static'), { fresh }) as unknown as Koa.Middleware);
  server = createServer(app.callback()).listen(0, '127.0.0.1');
  await new Promise((listening) => server?.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  return async (name) => (await request(`http://127.0.0.1:${port}/static/${name}`)).text();
}

describe('while templates are being written', () => {
  it('a page shows what its template and the layout say now', async () => {
    const { render } = createViews({ viewsDir, cache: false });
    if (!signIn) throw new Error('no sample');
    render(signIn);
    await rewrite('accounts/sign-in.eta', (text) => `${text}<p>written just now</p>`);
    await rewrite('layout.eta', (text) => text.replace('</body>', '<p>around it</p></body>'));
    expect(render(signIn)).toMatch(/written just now[\s\S]*around it/);
  });

  it('a style has a new address, under which the new one is served', async () => {
    const { render } = createViews({ viewsDir, cache: false });
    const get = await serve(true);
    if (!signIn) throw new Error('no sample');
    const addressIn = (html: string) => /page\.css\?v=[0-9a-f]{12}/.exec(html)?.[0] ?? '';
    const before = addressIn(render(signIn));
    await rewrite('static/page.css', (text) => `${text}\n/* newer */\n`);
    const after = addressIn(render(signIn));
    expect(after).not.toBe(before);
    expect(await get(after)).toContain('/* newer */');
  });

  it('a server that does not write them reads them once', async () => {
    const { render } = createViews({ viewsDir, cache: true });
    const get = await serve(false);
    if (!signIn) throw new Error('no sample');
    const before = render(signIn);
    await rewrite('accounts/sign-in.eta', (text) => `${text}<p>written just now</p>`);
    await rewrite('static/page.css', (text) => `${text}\n/* newer */\n`);
    expect(render(signIn)).toBe(before);
    expect(await get('page.css')).not.toContain('/* newer */');
  });
});
