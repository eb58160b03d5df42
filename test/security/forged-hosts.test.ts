import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OTHER_ROUTES, SIGNAL_ROUTES, UPSTREAM_ROUTES } from '../support/routes.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

/** Requirement A13: every address derives from ISSUER, whatever a request says of itself. */

const EVIL = 'evil.example';

/** What comes before and after the path, and the headers. */
const VARIANTS: readonly [name: string, target: (path: string) => string, headers: readonly string[]][] = [
  ['another Host', (path) => path, [`Host: ${EVIL}`]],
  ['another Host with a port', (path) => path, [`Host: ${EVIL}:99999`]],
  ['a Host that is none', (path) => path, [`Host: a b@${EVIL}/x?y`]],
  ['a user in the Host', (path) => path, [`Host: 127.0.0.1@${EVIL}`]],
  ['an empty Host', (path) => path, ['Host:', `X-Forwarded-Host: ${EVIL}`]],
  ['X-Forwarded-Host', (path) => path, ['Host: x', `X-Forwarded-Host: ${EVIL}, ${EVIL}`]],
  [
    'X-Forwarded-Host, twice',
    (path) => path,
    ['Host: x', `X-Forwarded-Host: ${EVIL}`, `x-forwarded-host: ${EVIL}`],
  ],
  [
    'X-Forwarded-Proto and -Port',
    (path) => path,
    [`Host: ${EVIL}`, `X-Forwarded-Proto: ${EVIL}`, 'X-Forwarded-Port: 1'],
  ],
  ['X-Forwarded-Server', (path) => path, ['Host: x', `X-Forwarded-Server: ${EVIL}`, `X-Host: ${EVIL}`]],
  [
    'X-Forwarded-Prefix and -Path',
    (path) => path,
    ['Host: x', `X-Forwarded-Prefix: //${EVIL}`, `X-Forwarded-Path: //${EVIL}`],
  ],
  [
    'X-Original-URL and X-Rewrite-URL',
    (path) => path,
    ['Host: x', `X-Original-URL: //${EVIL}/`, `X-Rewrite-URL: //${EVIL}/`],
  ],
  ['Forwarded', (path) => path, ['Host: x', `Forwarded: for=1.1.1.1;host=${EVIL};proto=gopher`]],
  // Not Origin: who may read discovery from another site is CORS, and says whom it is said to.
  ['Referer', (path) => path, ['Host: x', `Referer: https://${EVIL}/`]],
  ['the absolute form', (path) => `http://${EVIL}${path}`, [`Host: ${EVIL}`]],
  ['the absolute form under a good Host', (path) => `https://${EVIL}:1${path}`, ['Host: 127.0.0.1']],
  ['the absolute form with a user', (path) => `HTTPS://127.0.0.1@${EVIL}${path}`, ['Host: 127.0.0.1']],
  ['two slashes', (path) => `//${EVIL}${path}`, ['Host: x']],
  ['a backslash', (path) => `/\\${EVIL}${path}`, ['Host: x']],
  ['dots', (path) => `/x/..//${EVIL}${path}`, ['Host: x']],
  ['an encoded slash', (path) => `${path}%2f%2f${EVIL}`, ['Host: x']],
];

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ SHARED_SIGNALS: 'on' });
});
afterAll(() => server.close());

function send(method: string, target: string, headers: readonly string[], body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.issuer).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
    const form = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`];
    socket.write(
      [`${method} ${target} HTTP/1.1`, ...headers, ...form, 'Connection: close', '', body].join('\r\n'),
    );
  });
}

it.each(VARIANTS)('no route repeats a forged host: %s', async (_name, target, headers) => {
  const routes = [...server.routes, ...OTHER_ROUTES, ...UPSTREAM_ROUTES, ...SIGNAL_ROUTES];
  expect(routes.length).toBeGreaterThan(30);
  const repeated: string[] = [];
  for (const { method, path } of routes) {
    const body = method === 'POST' ? 'client_id=tv&scope=openid' : '';
    const answer = await send(method, target(path.replace(/:\w+/g, 'x')), headers, body);
    expect([path, /^HTTP\/1\.1 [2-4]\d\d /.test(answer)]).toEqual([path, true]);
    // The path that was asked for may come again: in an error's words, and as the path of ours to come back to.
    const asked = /"error_description":"[^"]*"|return_to=(%2F(?!%2F|%5C)[^\s"&]*)/gi;
    const quoting = answer.replaceAll(asked, '');
    if (quoting.includes(EVIL)) repeated.push(`${method} ${path}: ${answer.slice(0, 2000)}`);
  }
  expect(repeated).toEqual([]);
});

it('addresses that leave the server derive from ISSUER under any of them', async () => {
  for (const [, target, headers] of VARIANTS.slice(0, 16)) {
    const discovery = await send('GET', target('/.well-known/openid-configuration'), headers, '');
    const codes = await send('POST', target('/device/auth'), headers, 'client_id=tv&scope=openid');
    for (const answer of [discovery, codes].filter((text) => text.startsWith('HTTP/1.1 200'))) {
      const addresses = [...answer.matchAll(/"(https?:\/\/[^"]*)"/g)].map(([, address = '']) => address);
      expect(addresses.length).toBeGreaterThan(1);
      expect(addresses.filter((address) => !address.startsWith(`${server.issuer}`))).toEqual([]);
    }
  }
});
