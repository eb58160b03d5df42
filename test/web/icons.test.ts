/** Browsers and phones of owners ask for icons that no page has named. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import Koa from 'koa';
import { staticFiles } from '../../src/web/middleware/static-files.ts';
import { createViews } from '../../src/web/views.ts';
import { request } from '../support/http.ts';
import { tagsOf } from './markup.ts';
import { SAMPLES } from './samples.ts';

const FOLDER = join(import.meta.dirname, '../../views/static');

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

async function serve(): Promise<string> {
  const app = new Koa().use(staticFiles(FOLDER) as unknown as Koa.Middleware);
  server = createServer(app.callback()).listen(0, '127.0.0.1');
  await new Promise((listening) => server?.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

describe('what a browser asks for unasked', () => {
  it.each([
    ['/favicon.ico', 'image/x-icon', [0, 0, 1, 0]],
    ['/apple-touch-icon.png', 'image/png', [0x89, 0x50, 0x4e, 0x47]],
    ['/apple-touch-icon-precomposed.png', 'image/png', [0x89, 0x50, 0x4e, 0x47]],
  ])('%s is an icon, kept for a day', async (path, type, begin) => {
    const answer = await fetch(`${await serve()}${path}`, { headers: { connection: 'close' } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
    expect([...new Uint8Array(await answer.arrayBuffer()).slice(0, 4)]).toEqual(begin);
  });

  it('is not sent again while it is the same', async () => {
    const address = `${await serve()}/favicon.ico`;
    const etag = (await request(address)).headers.get('etag') ?? '';
    // `fetch` would say `Cache-Control: no-cache` beside it, as a browser does that is told to ask anew.
    const again = await request(address, { headers: { 'if-none-match': etag }, redirect: 'manual' });
    expect(again.status).toBe(304);
  });
});

it('every page names the icon for tabs and that for the home screen of a phone: those of owners, the console and the television', () => {
  const views = createViews({ viewsDir: join(FOLDER, '..'), cache: true });
  const without = SAMPLES.filter(({ view }) => {
    const icons = tagsOf(views.render(view)).flatMap(({ attributes }) =>
      /icon$/.test(attributes.get('rel') ?? '') ? [attributes.get('rel')] : [],
    );
    return icons.join() !== 'icon,apple-touch-icon';
  });
  expect(without.map(({ name }) => name)).toEqual([]);
});
