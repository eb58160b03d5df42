import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Router } from '@koa/router';
import { form } from '../../src/web/middleware/form.ts';
import type { WebState } from '../../src/web/web-state.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
let fields: Readonly<Record<string, string | undefined>> | undefined;

beforeAll(async () => {
  const router = new Router<WebState>();
  router.post('/try', (ctx) => {
    fields = form(ctx);
    ctx.body = 'taken';
  });
  router.get('/plain', (ctx) => {
    ctx.body = 'no form here';
  });
  router.get('/form', (ctx) => {
    ctx.body = `name="csrf" value="${ctx.state.csrf}"`;
  });
  server = await startWholeServer(BEHIND_HTTPS, undefined, { moreRouters: [router] });
});
afterAll(() => server.close());

const VISITOR = '__Host-latchkey_visitor';

describe('a forged form is refused', () => {
  const visitor = () => server.visitor();

  it('without a token, or with one that is not of this browser', async () => {
    const mine = visitor();
    const csrf = (await mine.get('/form')).field('csrf');
    expect((await mine.post('/try', { csrf })).text).toBe('taken');
    const others = (await visitor().get('/form')).field('csrf');
    for (const wrong of ['', 'x', others, `${csrf}x`, csrf.slice(0, -1)]) {
      const answer = await mine.post('/try', wrong === '' ? {} : { csrf: wrong });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('This form has expired');
      expect(answer.text).toContain('Send it again. You may have to sign in first.');
    }
    expect((await visitor().post('/try', { csrf })).status).toBe(403);
  });

  it('with a visitor cookie that a stranger made up', async () => {
    const client = visitor();
    client.cookies.set(VISITOR, 'x');
    const page = await client.get('/form');
    expect(client.cookies.get(VISITOR)).toMatch(/^[\w-]{22}$/);
    expect((await client.post('/try', { csrf: page.field('csrf') })).text).toBe('taken');
  });

  it('when the browser says that it comes from another site', async () => {
    const client = visitor();
    const csrf = (await client.get('/form')).field('csrf');
    for (const site of ['cross-site', 'same-site', 'anything']) {
      expect((await client.post('/try', { csrf }, { 'sec-fetch-site': site })).status).toBe(403);
    }
    for (const origin of [
      'https://evil.example',
      'http://link.example.net',
      'https://link.example.net.evil',
    ]) {
      expect((await client.post('/try', { csrf }, { origin })).status).toBe(403);
    }
    const own = { origin: 'https://link.example.net', 'sec-fetch-site': 'same-origin' };
    expect((await client.post('/try', { csrf }, own)).text).toBe('taken');
    expect((await client.post('/try', { csrf }, { origin: 'null' })).text).toBe('taken');
  });

  it('when its token was given out before the sign-in, or to an owner signed in since', async () => {
    const client = visitor();
    const before = (await client.get('/form')).field('csrf');
    const { browser } = await server.owner();
    client.cookies.set('__Host-latchkey_session', browser.sessionId);
    expect((await client.post('/try', { csrf: before })).status).toBe(403);
    const after = (await client.get('/form')).field('csrf');
    expect((await client.post('/try', { csrf: after })).text).toBe('taken');
    client.cookies.delete('__Host-latchkey_session');
    expect((await client.post('/try', { csrf: after })).status).toBe(403);
  });

  it('before a stranger finds out whether its path exists', async () => {
    expect((await visitor().post('/nothing', {})).status).toBe(403);
    expect((await visitor().post('/device', {})).status).toBe(403);
    expect((await visitor().post('/device/confirm', { decision: 'approve' })).status).toBe(403);
  });
});

describe('a form', () => {
  async function send(body: string, headers: Record<string, string> = {}): Promise<number> {
    const client = server.visitor();
    const csrf = (await client.get('/form')).field('csrf');
    fields = undefined;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await client.send('POST', '/try', `csrf=${csrf}&${body}`, { ...type, ...headers })).status;
  }

  it('is flat, and names that mean something to the language are only names', async () => {
    expect(await send('__proto__=x&constructor=y&a[b]=1&c.d=2&e=%C3%A9+%26')).toBe(200);
    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(Object.keys(fields ?? {}).sort()).toEqual([
      '__proto__',
      'a[b]',
      'c.d',
      'constructor',
      'csrf',
      'e',
    ]);
    expect(fields?.['e']).toBe('é &');
  });

  it('that names a field twice is refused', async () => {
    expect(await send('user_code=a&user_code=b')).toBe(400);
    expect(await send('csrf=x')).toBe(400);
    expect(fields).toBeUndefined();
  });

  it('larger than 16 KiB is refused, however it is packed', async () => {
    expect(await send(`a=${'x'.repeat(15_000)}`)).toBe(200);
    expect(await send(`a=${'x'.repeat(17_000)}`)).toBe(413);
  });

  it('of another type is not read', async () => {
    expect(await send('a=1', { 'content-type': 'text/plain' })).toBe(403);
    expect(await send('{"a":1}', { 'content-type': 'application/json' })).toBe(403);
    expect(
      await send('a=1', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-99' }),
    ).toBeLessThan(500);
  });

  it('of thousands of fields takes little work', async () => {
    const began = process.cpuUsage();
    await send(
      Array.from({ length: 4000 }, (_, index) => `${index.toString(36)}=`)
        .join('&')
        .slice(0, 16_000),
    );
    // Of this process alone: what else keeps the machine busy counts for nothing.
    expect(process.cpuUsage(began).user).toBeLessThan(5_000_000);
  });
});

describe('cookies', () => {
  it('are set for a page with a form only, and only for this host, over https, unseen by scripts', async () => {
    expect((await server.visitor().get('/plain')).headers['set-cookie']).toBeUndefined();
    expect((await server.visitor().get('/nothing')).headers['set-cookie']).toBeUndefined();
    const set = (await server.visitor().get('/form')).headers['set-cookie'];
    expect(set).toEqual([
      expect.stringMatching(/^__Host-latchkey_visitor=[\w-]{22}; path=\/; samesite=lax; secure; httponly$/),
    ]);
  });

  it('have plain names over plain http', async () => {
    const plain = await startWholeServer();
    try {
      const owner = await plain.owner();
      const page = await owner.get('/device');
      expect(page.status).toBe(200);
      expect(page.headers['set-cookie']).toEqual([
        expect.stringMatching(/^latchkey_visitor=[\w-]{22}; path=\/; samesite=lax; httponly$/),
      ]);
      expect(page.headers['strict-transport-security']).toBeUndefined();
    } finally {
      await plain.close();
    }
  });
});
