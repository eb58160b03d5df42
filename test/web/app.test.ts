import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Router } from '@koa/router';
import Koa from 'koa';
import { Busy } from '../../src/errors/server-busy.ts';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import { operations, type Readiness } from '../../src/web/middleware/operations.ts';
import type { WebState } from '../../src/web/web-state.ts';
import { reconnected } from '../support/reconnected.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { type Page, PageClient } from './page-client.ts';

let server: WholeServer;
const SECRET = 'hunter2-in-an-error';

beforeAll(async () => {
  const router = new Router<WebState>();
  const fail = (path: string, error: () => unknown) =>
    router.get(path, () => {
      throw error();
    });
  fail('/store', () => new StoreUnavailable('a change'));
  fail('/busy', () => new Busy());
  fail('/broken', () => Object.assign(new Error('broken'), { command: { args: [SECRET] } }));
  fail('/odd', () => SECRET);
  router.get('/code/:code', (ctx) => {
    ctx.body = 'x';
  });
  server = await startWholeServer(BEHIND_HTTPS, undefined, { moreRouters: [router] });
});
afterAll(() => server.close());

describe('every answer', () => {
  const expected = {
    'content-security-policy':
      "default-src 'none';style-src 'self';img-src 'self';form-action 'self';base-uri 'none';" +
      "frame-ancestors 'none';object-src 'none'",
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
  };

  it('has the security headers, errors and the protocol’s own included', async () => {
    const owner = await server.owner();
    const paths = ['/language', '/nothing', '/broken', '/store', '/odd', '/static/latchkey.css', '/healthz'];
    const protocol = ['/auth?client_id=none', '/token', '/jwks', '/.well-known/openid-configuration', '/me'];
    for (const path of [...paths, ...protocol]) {
      const { headers } = await owner.get(path);
      expect([path, headers]).toEqual([path, expect.objectContaining(expected)]);
      expect(headers['permissions-policy']).toContain('camera=()');
      expect(headers['x-powered-by']).toBeUndefined();
    }
    // Shows a code in two groups while it is typed.
    const policy = (await owner.get('/device')).headers['content-security-policy'];
    expect(policy).toBe(`${expected['content-security-policy']};script-src 'self'`);
  });

  it('that is a page or an error is not kept by any cache, and says its type and its characters', async () => {
    const owner = await server.owner();
    for (const path of ['/device', '/nothing', '/broken', '/store']) {
      const { headers } = await owner.get(path);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
    }
  });
});

const json = { accept: 'application/json' };

describe('errors', () => {
  it('of the store and of too much work are 503 with the time to wait', async () => {
    for (const [path, wait] of [
      ['/store', '1'],
      ['/busy', '3'],
    ] as const) {
      const page = await server.visitor().get(path);
      expect([page.status, page.headers['retry-after']]).toEqual([503, wait]);
      expect(page.text).toContain('We can’t do this right now');
    }
    const answer = await server.visitor().get('/store', json);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'temporarily_unavailable' });
  });

  it('of our own say nothing of the inside, neither to the reader nor, of what was at work, to the log', async () => {
    for (const path of ['/broken', '/odd']) {
      const page = await server.visitor().get(path);
      expect(page.status).toBe(500);
      expect(page.text).toContain('Something went wrong');
      expect(page.text).toContain(String(page.headers['x-request-id']));
      expect(page.text).not.toMatch(/hunter2|at .*\.ts/);
      expect(server.logged()).toContain(String(page.headers['x-request-id']));
      const answer = await server.visitor().get(path, json);
      expect(JSON.parse(answer.text)).toEqual({
        error: 'server_error',
        error_description: 'Something went wrong',
        request_id: answer.headers['x-request-id'],
      });
    }
    expect(server.logged()).toContain('"message":"broken"');
    expect(server.logged()).not.toContain(SECRET);
  });

  it('are given as a page to a client that takes anything', async () => {
    const page = await server.visitor().get('/nothing', { accept: '*/*' });
    expect(page.headers['content-type']).toContain('text/html');
  });

  it('reach an owner who is signed in with the way back to their account', async () => {
    const page = await (await server.owner('Grace')).get('/nothing');
    expect(page.text).toContain('Go to your account');
    expect(page.text).toContain('Grace');
  });

  it('of a store that does not answer end in 503 while it does not, and only where the store is needed', async () => {
    const own = await startWholeServer(BEHIND_HTTPS);
    const owner = await own.owner();
    const { redis } = own.inside.connection;
    Object.assign(redis.options, { commandTimeout: 100 });
    redis.disconnect();
    const page = await owner.get('/device');
    expect([page.status, page.headers['retry-after']]).toEqual([503, '1']);
    expect((await own.visitor().get('/device')).status).toBe(303);
    expect((await own.visitor().get('/healthz')).status).toBe(200);
    await reconnected(redis);
    await own.close();
  });
});

describe('endpoints of the protocol', () => {
  it('answer methods that they do not know with 405, as everything else does', async () => {
    for (const path of ['/token', '/me', '/jwks', '/token/revocation']) {
      const { status, text } = await server.visitor().send('DELETE', path, undefined, json);
      expect([path, status, JSON.parse(text)]).toEqual([
        path,
        405,
        expect.objectContaining({ error: 'method_not_allowed' }),
      ]);
    }
  });

  it('tell OPTIONS which methods they take', async () => {
    const { status, headers, text } = await server.visitor().send('OPTIONS', '/token');
    expect([status, headers['allow'], text]).toEqual([204, 'POST, OPTIONS', '']);
  });

  it('do not fail over a client that is named where a request is to be resumed', async () => {
    for (const path of [
      '/auth/x?client_id=tv',
      '/auth/x?client_id=tv&response_type=code',
      '/AUTH/x/?client_id=tv',
    ]) {
      expect((await server.visitor().get(path)).status).toBe(400);
    }
  });
});

describe('the log', () => {
  it('has a line for each request: pattern, not path; no query, no headers', async () => {
    const before = server.logged().length;
    const { headers } = await server
      .visitor()
      .get('/code/BBBB-CCCC?secret=s3cr3t', { authorization: 'Bearer t0ken' });
    await server.visitor().get('/nowhere/BBBB-DDDD');
    await server.visitor().get('/auth/BBBB-FFFF');
    const line = server
      .logged()
      .split('\n')
      .find((text) => text.includes(String(headers['x-request-id'])));
    expect(JSON.parse(line ?? '')).toMatchObject({
      msg: 'request',
      method: 'GET',
      route: '/code/:code',
      status: 200,
      ms: expect.any(Number),
    });
    expect(server.logged().slice(before)).not.toMatch(/BBBB-|s3cr3t|t0ken|127\.0\.0\.1/);
  });
});

describe('operations', () => {
  it('/healthz says that the process is alive', async () => {
    const { status, text } = await server.visitor().get('/healthz');
    expect([status, text]).toEqual([200, '{"status":"alive"}']);
    expect((await server.visitor().send('POST', '/healthz')).status).toBe(405);
  });

  it('/readyz says whether it should be sent requests', async () => {
    let current: Readiness = 'ready';
    const app = new Koa<WebState>().use(operations({ readiness: async () => current }));
    const http = app.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    for (const [value, status] of [
      ['store-down', 503],
      ['store-read-only', 503],
      ['store-few-replicas', 503],
      ['store-unsafe', 503],
      ['draining', 503],
      ['ready', 200],
    ] as const) {
      current = value;
      const page = await new PageClient(`http://127.0.0.1:${port}`).get('/readyz');
      expect([page.status, JSON.parse(page.text)]).toEqual([status, { status: value }]);
    }
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
});

describe('static files', () => {
  const css = readFileSync(join(import.meta.dirname, '../../views/static/latchkey.css'));
  const get = (path: string, headers?: Record<string, string>): Promise<Page> =>
    server.visitor().get(path, headers);

  it('are cached for ever under the address that pages give', async () => {
    const hash = createHash('sha256').update(css).digest('hex').slice(0, 12);
    const named = await get(`/static/latchkey.css?v=${hash}`);
    expect(named.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/css; charset=utf-8',
    });
    expect(named.text).toBe(css.toString('utf8'));
    for (const path of ['/static/latchkey.css', '/static/latchkey.css?v=0123456789ab']) {
      expect((await get(path)).headers['cache-control']).toBe('public, no-cache');
    }
    const again = await get('/static/latchkey.css', { 'if-none-match': String(named.headers['etag']) });
    expect([again.status, again.text]).toEqual([304, '']);
    const page = await (await server.owner()).get('/device');
    expect(page.text).toContain(`/static/latchkey.css?v=${hash}`);
  });

  it('are these and no others', async () => {
    for (const name of ['', 'Latchkey.css', 'latchkey.css/', 'x', '__proto__']) {
      expect((await get(`/static/${name}`)).status).toBe(404);
    }
    for (const name of ['..', '../layout.eta', '%2e%2e/layout.eta']) {
      expect((await get(`/static/${name}`)).status).toBe(400);
    }
    expect((await server.visitor().send('POST', '/static/latchkey.css')).status).toBe(405);
    expect((await server.visitor().send('HEAD', '/static/latchkey.css')).status).toBe(200);
  });
});
