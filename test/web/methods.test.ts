import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROTOCOL_ENDPOINTS } from '../../src/web/middleware/protocol-paths.ts';
import { startWebServer, type WebServer } from './web-server.ts';

let server: WebServer;
beforeAll(async () => {
  server = await startWebServer();
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
});
