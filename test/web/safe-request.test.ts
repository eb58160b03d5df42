import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { traceClient } from '../../src/net/client-address.ts';
import { parseTrustedProxies } from '../../src/net/trusted-proxies.ts';
import { safeRequest, safeTarget } from '../../src/web/middleware/safe-request.ts';

describe('the target of a request', () => {
  it.each([
    ['/device?user_code=a', '/device?user_code=a'],
    ['/', '/'],
    ['http://evil.example/device?x=1', '/device?x=1'],
    ['https://user:pass@evil.example:8443/device', '/device'],
    ['HTTP://EVIL.EXAMPLE', '/'],
    ['http://evil.example?x=1', '/?x=1'],
    ['http:///device', '/device'],
    ['/a%2Fb', '/a%2Fb'],
    ['/.well-known/x', '/.well-known/x'],
    ['/a/...', '/a/...'],
    ['/a?b=/../c', '/a?b=/../c'],
    ['/sign-in?return_to=//evil.example\\x', '/sign-in?return_to=//evil.example\\x'],
  ])('%s is read as %s', (target, safe) => {
    expect(safeTarget(target)).toBe(safe);
  });

  it.each([
    '',
    '*',
    'device',
    'evil.example:443',
    '//evil.example/device',
    'http://evil.example//device',
    'http:/device',
    'ftp://evil.example/device',
    'javascript:alert(1)',
    '/\\evil.example',
    '\\device',
    'http://evil.example\\@good.example/device',
    '/device#fragment',
    '/device?x#y',
    '/dev ice',
    '/dev\u0000ice',
    '/dévice',
    '/device\r\nX: y',
    '/device%',
    '/device%zz',
    '/..',
    '/auth/..',
    '/./device',
    '/x/../device',
    '/device/.',
    '/%2e%2E/device',
    '/auth/.%2e',
    'http://evil.example/x/../device',
  ])('%j is refused', (target) => {
    expect(safeTarget(target)).toBeUndefined();
  });
});

describe('the address of the client', () => {
  const trusted = parseTrustedProxies(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']);
  const trace = (remote: string | undefined, forwarded?: string, others: IncomingHttpHeaders = {}) =>
    traceClient(
      remote,
      { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }), ...others },
      trusted,
    );

  it.each([
    ['one proxy', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['two proxies', '10.0.0.1', '198.51.100.1, 192.0.2.1', '198.51.100.1'],
    ['nothing but proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['a proxy that says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['no proxy in front', '198.51.100.1', undefined, '198.51.100.1'],
    ['rubbish', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['rubbish further left', '10.0.0.1', 'unknown, 10.0.0.2', '10.0.0.2'],
    ['IPv4 in IPv6 clothes', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['the same, as some proxies write it', '::ffff:a00:1', '::ffff:c633:6401', '198.51.100.1'],
    ['IPv4 behind a translator (RFC 6052)', '10.0.0.1', '64:ff9b::198.51.100.1', '198.51.100.1'],
    ['IPv6 with a port', '2001:db8::1', '[2001:DB9::7]:443', '2001:db9::7'],
    ['IPv4 with a port', '10.0.0.1', '198.51.100.1:5000', '198.51.100.1'],
    ['a connection that is gone', undefined, undefined, 'unknown'],
  ])('%s', (_case, remote, forwarded, address) => {
    expect(trace(remote, forwarded)).toMatchObject({ address, unnamedProxy: false });
  });

  it.each([
    ['a peer that is not trusted', '198.51.100.1', '1.2.3.4', {}, '198.51.100.1'],
    ['the same, by another header', '198.51.100.1', undefined, { forwarded: 'for=1.2.3.4' }, '198.51.100.1'],
    ['the same, by yet another', '172.18.0.2', undefined, { 'x-real-ip': '1.2.3.4' }, '172.18.0.2'],
    ['the same, by its own name', '172.18.0.2', undefined, { via: '1.1 varnish' }, '172.18.0.2'],
    ['a second proxy, behind one that is', '10.0.0.1', '1.2.3.4, 198.51.100.1', {}, '198.51.100.1'],
    ['an address that the client made up', '10.0.0.1', '10.9.9.9, 198.51.100.1', {}, '198.51.100.1'],
  ])('is not believed, and cannot be told, from %s', (_case, remote, forwarded, others, address) => {
    expect(trace(remote, forwarded, others)).toMatchObject({ address, unnamedProxy: true });
  });

  it('is not looked for through more proxies than any server has', () => {
    const through = (proxies: number) =>
      trace('10.0.0.1', `198.51.100.1${', 10.0.0.2'.repeat(proxies)}`).address;
    expect(through(10)).toBe('198.51.100.1');
    expect(through(5000)).toBe('10.0.0.2');
  });
});

describe('a request on the wire', () => {
  let server: Server;
  const unnamed: string[] = [];
  const silent: string[] = [];
  let seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  beforeAll(async () => {
    const settings = {
      issuer: 'https://link.example.net',
      trustedProxies: parseTrustedProxies(['127.0.0.1']),
      onUnnamedProxy: (proxy: string) => void unnamed.push(proxy),
      onSilentProxy: (proxy: string) => void silent.push(proxy),
    };
    const handler: RequestListener = ({ url, headers }, response) => {
      seen.push({ url, headers });
      response.end('handled');
    };
    const [strict, trying] = [false, true].map((playsDevices) =>
      safeRequest({ ...settings, playsDevices }, handler),
    );
    server = createServer((request, response) =>
      (request.url === '/tried' ? trying : strict)?.(request, response),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  function send(lines: string[]): Promise<string> {
    seen = [];
    return new Promise((resolve, reject) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      let answer = '';
      socket.setEncoding('latin1').on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('error', reject).on('close', () => resolve(answer));
      socket.end([...lines, 'Connection: close', '', ''].join('\r\n'), 'latin1');
    });
  }

  it('comes on with our Host and one forwarded address, whatever it says', async () => {
    await send([
      'GET http://evil.example/device?x=1 HTTP/1.1',
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Host: evil2.example',
      'x-forwarded-PROTO: http',
      'X-Forwarded-Unnamed: no',
      'X-Forwarded-For: 198.51.100.1',
      'X-Forwarded-Prefix: /evil',
      'X-Real-IP: 1.1.1.1',
      'X-Original-URL: /evil',
      'Forwarded: for=1.1.1.1;host=evil.example',
    ]);
    expect(seen).toEqual([
      {
        url: '/device?x=1',
        headers: {
          host: 'link.example.net',
          'x-forwarded-host': 'link.example.net',
          'x-forwarded-proto': 'https',
          'x-forwarded-port': '443',
          'x-forwarded-for': '198.51.100.1',
          connection: 'close',
        },
      },
    ]);
  });

  it('says that its place cannot be told where a stranger beyond our proxies has passed it on', async () => {
    await send(['GET / HTTP/1.1', 'Host: a', 'X-Forwarded-For: 1.1.1.1', 'X-Forwarded-For: 198.51.100.1']);
    expect(seen[0]?.headers).toMatchObject({
      'x-forwarded-for': '198.51.100.1',
      'x-forwarded-unnamed': 'yes',
    });
    expect(unnamed).toEqual(['198.51.100.1']);
  });

  it('of a proxy of ours that does not say who asks is told, but for what the proxy asks for itself', async () => {
    silent.length = 0;
    for (const path of ['/healthz', '/readyz', '/metrics']) await send([`GET ${path} HTTP/1.1`, 'Host: a']);
    expect(silent).toEqual([]);
    await send(['GET /device HTTP/1.1', 'Host: a']);
    expect(silent).toEqual(['127.0.0.1']);
    await send(['GET /device HTTP/1.1', 'Host: a', 'X-Forwarded-For: 198.51.100.1']);
    expect(silent).toEqual(['127.0.0.1']);
  });

  it.each([
    ['two Host headers', ['GET / HTTP/1.1', 'Host: a.example', 'Host: b.example']],
    ['no Host header', ['GET / HTTP/1.1']],
    ['the asterisk form', ['OPTIONS * HTTP/1.1', 'Host: a.example']],
    ['a fragment', ['GET /device#x HTTP/1.1', 'Host: a.example']],
    ['bytes beyond ASCII', ['GET /d\u00e9vice HTTP/1.1', 'Host: a.example']],
    ['two lengths', ['POST / HTTP/1.1', 'Host: a.example', 'Content-Length: 0', 'Content-Length: 5']],
    [
      'two ways to say where the body ends',
      ['POST / HTTP/1.1', 'Host: a.example', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
    ],
  ])('is refused with %s', async (_what, lines) => {
    expect(await send(lines)).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
  });

  it('of a page keeps its origin, but that of our own in development, where one plays a device', async () => {
    const [ours, others] = ['https://link.example.net', 'https://link.example.net.evil.example'];
    const originsAt = async (path: string) => {
      const origins: unknown[] = [];
      for (const origin of [ours, others, 'null']) {
        await send([`POST ${path} HTTP/1.1`, 'Host: a', 'Content-Length: 0', `Origin: ${origin}`]);
        origins.push(seen[0]?.headers.origin);
      }
      return origins;
    };
    expect(await originsAt('/device/auth')).toEqual([ours, others, 'null']);
    expect(await originsAt('/tried')).toEqual([undefined, others, 'null']);
  });

  it('is not a tunnel', async () => {
    await send(['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example']);
    expect(seen).toEqual([]);
  });
});
