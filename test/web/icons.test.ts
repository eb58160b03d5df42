/** Browsers and phones of owners ask for icons that no page has named. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import Koa from 'koa';
import { staticFiles } from '../../src/web/middleware/static-files.ts';

const FOLDER = join(import.meta.dirname, '../../views/static');

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

async function get(path: string, headers: Record<string, string> = {}) {
  const app = new Koa().use(staticFiles(FOLDER) as unknown as Koa.Middleware);
  server = createServer(app.callback()).listen(0, '127.0.0.1');
  await new Promise((listening) => server?.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}`, { headers: { ...headers, connection: 'close' } });
}

describe('what a browser asks for unasked', () => {
  it.each([
    ['/favicon.ico', 'image/x-icon', [0, 0, 1, 0]],
    ['/apple-touch-icon.png', 'image/png', [0x89, 0x50, 0x4e, 0x47]],
    ['/apple-touch-icon-precomposed.png', 'image/png', [0x89, 0x50, 0x4e, 0x47]],
  ])('%s is an icon, kept for a day', async (path, type, begin) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
    expect([...new Uint8Array(await answer.arrayBuffer()).slice(0, 4)]).toEqual(begin);
  });

  it('is not sent again while it is the same', async () => {
    const etag = (await get('/favicon.ico')).headers.get('etag') ?? '';
    server?.close();
    expect((await get('/favicon.ico', { 'if-none-match': etag })).status).toBe(304);
  });
});
