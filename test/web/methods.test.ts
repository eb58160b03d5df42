import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROTOCOL_ENDPOINTS } from '../../src/web/middleware/protocol-paths.ts';
import { ADDRESSED_BY_APPS } from '../../src/web/middleware/requests-by-post.ts';
import { FORM } from '../support/http.ts';
import { filled, OTHER_ROUTES, SIGNAL_ROUTES, UPSTREAM_ROUTES } from '../support/routes.ts';
import { CORP } from '../support/unreachable-provider.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS);
});
afterAll(() => server.close());

describe('paths of the protocol', () => {
  it('answer methods that they do not take with 405 and what they take, and what does not exist with 404', async () => {
    const client = server.visitor();
    client.headers = {};
    for (const [path, methods] of PROTOCOL_ENDPOINTS) {
      for (const method of [
        'GET',
        'HEAD',
        'POST',
        'OPTIONS',
        'PUT',
        'DELETE',
        'PATCH',
        'TRACE',
        'PROPFIND',
      ]) {
        const { status, headers } = await client.send(method, path);
        const known = methods.includes(method);
        expect([method, path, status === 405, status === 404]).toEqual([method, path, !known, false]);
        const told = !known || method === 'OPTIONS';
        expect([method, path, headers['allow']]).toEqual([
          method,
          path,
          told ? methods.join(', ') : undefined,
        ]);
      }
    }
    for (const path of ['/token/x', '/auth/a/b', '/session/end', '/session/end/confirm', '/.well-known/x']) {
      for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
        const { status, headers } = await client.send(method, path);
        expect([method, path, status, headers['allow']]).toEqual([method, path, 404, undefined]);
      }
    }
    const resumed = await client.send('POST', '/auth/some-uid');
    expect([resumed.status, resumed.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('a request that an app posts keeps the APIs that it is for (RFC 8707 section 2), and nothing that it may not name', async () => {
    const asked = 'client_id=notes&resource=https%3A%2F%2Fa.example%2F&resource=https%3A%2F%2Fb.example%2F';
    const { status, headers } = await server.visitor().send('POST', '/auth', `${asked}&other=x`, FORM);
    expect([status, headers['location']]).toEqual([303, `/auth?${asked}`]);
  });
});

describe('every page, and every endpoint that is none of the protocol’s', () => {
  let whole: WholeServer;
  beforeAll(async () => {
    whole = await startWholeServer({ SHARED_SIGNALS: 'on' }, undefined, { upstreams: [CORP] });
  });
  afterAll(() => whole.close());

  /** Path → the methods that it takes, HEAD with GET. */
  function taken(): Map<string, string[]> {
    const all = new Map<string, string[]>();
    const pages = whole.routes.filter(({ kind }) => kind === 'page');
    for (const route of [...pages, ...OTHER_ROUTES, ...UPSTREAM_ROUTES, ...SIGNAL_ROUTES]) {
      const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
      const path = filled(route, 'AAAAAAAAAAAAAAAAAAAAAA');
      all.set(path, [...(all.get(path) ?? []), ...methods]);
    }
    for (const [path, methods] of all) if (ADDRESSED_BY_APPS.has(path)) methods.push('POST');
    return all;
  }

  it('answers 405 to other methods and says which it takes, to owners and strangers alike', async () => {
    const { pages: owner } = await whole.signUp();
    const seen = taken();
    expect(seen.size).toBeGreaterThan(40);
    for (const [path, methods] of seen) {
      const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
      const allowed = known.filter((method) => methods.includes(method)).join(', ');
      for (const method of [...known, 'OPTIONS']) {
        if (methods.includes(method)) continue;
        for (const visitor of [whole.visitor(), owner]) {
          const { status, headers } = await visitor.send(method, path);
          expect([method, path, status, headers['allow']]).toEqual([method, path, 405, allowed]);
        }
      }
    }
  });

  it('tells that apart from what does not exist, by whatever method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await whole.visitor().send(method, '/nothing/here');
      // A form without its token is refused wherever it goes.
      expect([method, status, headers['allow']]).toEqual([method, method === 'POST' ? 403 : 404, undefined]);
    }
  });
});
