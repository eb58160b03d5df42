import { execFile } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { egressSettings } from '../../src/config/egress-settings.ts';
import { Egress } from '../../src/net/egress.ts';
import { guardedFetch } from '../../src/net/egress-fetch.ts';

/** What the receiver answers, by path; what it was asked. */
const ANSWERS: Readonly<Record<string, RequestListener>> = {
  '/ok': (_request, response) => response.end('fine'),
  '/nothing': (_request, response) => response.writeHead(204).end(),
  '/away': (_request, response) => response.writeHead(302, { location: '/ok' }).end(),
  '/silent': () => undefined,
  '/slow': (_request, response) => {
    response.writeHead(200).flushHeaders();
  },
  '/endless': (_request, response) => {
    const more = () => {
      while (response.write('x'.repeat(16_384)));
    };
    response.on('drain', more);
    more();
  },
};

let asked: string[] = [];
let receiver: Server;
let port: number;
beforeAll(async () => {
  receiver = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    ANSWERS[request.url ?? '']?.(request, response);
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  ({ port } = receiver.address() as AddressInfo);
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

/** A guard whose name server answers these, one after the other. */
function guardWith(answers: readonly (readonly string[])[], allow: string[] = []) {
  let turn = 0;
  const resolved: string[] = [];
  const egress = new Egress({ allow, httpsOnly: false }, async (host) => {
    resolved.push(host);
    const addresses = answers[turn++] ?? [];
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  });
  return { egress, resolved };
}

const open = new Egress({ allow: ['127.0.0.0/8'], httpsOnly: false });
const at = (path: string) => `http://127.0.0.1:${port}${path}`;

const INSIDE = [
  '127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 0 0.0.0.0 10.0.0.1 172.16.0.1',
  '172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255 198.18.0.1 198.19.255.255',
  '192.0.0.1 192.0.2.1 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 240.0.0.1 255.255.255.255',
  '[::] [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::127.0.0.1]',
  '[::8.8.8.8] [::ffff:0:8.8.8.8] [64:ff9b::7f00:1] [64:ff9b::808:808] [64:ff9b:1::1]',
  '[2002:7f00:1::] [2002:808:808::1] [2001::1] [2001:db8::1] [3fff::1] [5f00::1] [100::1]',
  '[fc00::1] [fd12:3456::1] [fe80::1] [fec0::1] [ff02::1] [4000::1] [1::1]',
].flatMap((some) => some.split(' '));

const PUBLIC = ['8.8.8.8', '93.184.216.34', '134744072', '[2606:4700::1111]', '[::ffff:8.8.8.8]'];

describe('an address that is written as one', () => {
  const guard = new Egress({ allow: [], httpsOnly: true });

  it.each(INSIDE)('is not called where it is not public, in whatever spelling: %s', async (host) => {
    expect(guard.refusalOf(`https://${host}/x`)).toBe('is not a public address');
    await expect(guard.request(`https://${host}/x`)).rejects.toMatchObject({ name: 'EgressRefused' });
  });

  it.each(PUBLIC)('may be called where it is public: %s', (host) => {
    expect(guard.refusalOf(`https://${host}/x`)).toBeUndefined();
  });

  it.each([
    ['127.0.0.0/8', ['127.0.0.1', '0x7f.1', '[::ffff:127.0.0.1]']],
    ['10.1.0.0/16', ['10.1.2.3']],
    ['169.254.169.254', ['169.254.169.254']],
    ['100.64.0.0/10', ['100.64.0.1']],
    ['64:ff9b::/96', ['[64:ff9b::808:808]']],
    ['2002::/16', ['[2002:808:808::1]']],
    ['fd00::/8', ['[fd12:3456::1]']],
    ['::1', ['[::1]']],
    ['240.0.0.0/4', ['240.0.0.1']],
  ])('may be called where the operator’s exception %s names it, whatever range it is in', (allow, hosts) => {
    const excepting = new Egress({ allow: [allow], httpsOnly: true });
    for (const host of hosts) expect(excepting.refusalOf(`https://${host}/`)).toBeUndefined();
    expect(excepting.refusalOf('https://192.168.77.1/')).toBe('is not a public address');
  });

  it('is called by https alone in production, and with no user or password', () => {
    expect(guard.refusalOf('http://8.8.8.8/')).toBe('is not https');
    expect(guard.refusalOf('ftp://8.8.8.8/')).toBe('is not https');
    expect(open.refusalOf('file:///etc/passwd')).toBe('is neither https nor http');
    expect(guard.refusalOf('https://user@8.8.8.8/')).toBe('holds a user or a password');
  });
});

describe('a name', () => {
  it('is refused where any of its addresses is inside, and where it has none', async () => {
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['2606:4700::1', '::1'], []]) {
      const { egress } = guardWith([addresses]);
      const refused = { name: 'EgressRefused', message: 'inside.example is not a public address' };
      await expect(egress.request('http://inside.example/x?token=secret')).rejects.toMatchObject(refused);
    }
  });

  it('is resolved once: a name server that says another address the second time gets nowhere', async () => {
    asked = [];
    const { egress, resolved } = guardWith([['127.0.0.1'], ['127.0.0.2']], ['127.0.0.1']);
    const answer = await egress.request(`http://rebinding.example:${port}/ok`);
    expect([answer.status, answer.body.toString()]).toEqual([200, 'fine']);
    expect([resolved, asked]).toEqual([['rebinding.example'], ['GET /ok']]);
    await expect(egress.request(`http://rebinding.example:${port}/ok`)).rejects.toMatchObject({
      name: 'EgressRefused',
    });
    expect(asked).toEqual(['GET /ok']);
  });

  it('is the name that the certificate is asked for, not the address that was connected to', async () => {
    const named = Promise.withResolvers<string>();
    const secure = createTlsServer({ SNICallback: (name, done) => [named.resolve(name), done(null)] });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { egress } = guardWith([['127.0.0.1']], ['127.0.0.1']);
    const { port: securePort } = secure.address() as AddressInfo;
    // It has no certificate: what counts is what it was asked.
    await expect(egress.request(`https://secure.example:${securePort}/`)).rejects.toThrow();
    expect(await named.promise).toBe('secure.example');
    secure.close();
  });

  it('that no name server ever answers is given up in time', async () => {
    const hanging = new Egress({ allow: [], httpsOnly: false }, () => new Promise(() => undefined));
    const timeout = { name: 'TimeoutError' };
    await expect(hanging.request('http://hanging.example/', { timeout: 20 })).rejects.toMatchObject(timeout);
  });
});

describe('an answer', () => {
  it('that leads elsewhere is an answer, and nothing is called there', async () => {
    asked = [];
    const { status, headers } = await open.request(at('/away'));
    expect([status, headers['location'], asked]).toEqual([302, '/ok', ['GET /away']]);
  });

  it.each(['/silent', '/slow'])('is waited for so long and no longer: %s', async (path) => {
    await expect(open.request(at(path), { timeout: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('without an end is ended where its bound is, and its status is heard where it is all that matters', async () => {
    await expect(open.request(at('/endless'))).rejects.toThrow('the answer is too long');
    expect((await open.request(at('/endless'), { maxBytes: 0 })).status).toBe(200);
  });

  it('comes from the address itself, whatever proxy the environment names', async () => {
    const module = new URL('../../src/net/egress.ts', import.meta.url).href;
    const program = `const { Egress } = await import('${module}');
      const open = new Egress({ allow: ['127.0.0.1'], httpsOnly: false });
      process.stdout.write((await open.request('${at('/ok')}')).body.toString());`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      {
        env: {
          ...process.env,
          NODE_USE_ENV_PROXY: '1',
          HTTP_PROXY: 'http://127.0.0.1:1',
          HTTPS_PROXY: 'http://127.0.0.1:1',
        },
      },
    );
    expect(stdout).toBe('fine');
  });
});

describe('what the protocol library calls by itself', () => {
  it('goes through the same guard', async () => {
    const guarded = guardedFetch(open);
    expect(await (await guarded(at('/ok'), {})).text()).toBe('fine');
    expect((await guarded(at('/nothing'), {})).status).toBe(204);
    expect((await guarded(at('/away'), { redirect: 'manual' })).status).toBe(302);
    await expect(guarded('http://10.0.0.1/jwks', {})).rejects.toMatchObject({ name: 'EgressRefused' });
    const signal = AbortSignal.timeout(20);
    await expect(guarded(at('/silent'), { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('EGRESS_ALLOW', () => {
  const egressOf = (environment: Record<string, string>) => readConfig(environment).config.egress;

  it('names addresses and ranges, and nothing else', () => {
    expect(() => readConfig({ EGRESS_ALLOW: '10.0.0.0/8,inside.example' })).toThrow(
      'EGRESS_ALLOW: inside.example is neither an address nor a range such as 10.0.0.0/8',
    );
    expect(() => readConfig({ EGRESS_ALLOW: '10.0.0.0/33' })).toThrow('EGRESS_ALLOW: 10.0.0.0/33');
  });

  it('is empty in production, where https alone is called', () => {
    expect(egressSettings([], 'production')).toEqual({ allow: [], httpsOnly: true });
    expect(egressSettings(['10.1.0.0/16'], 'production').allow).toEqual(['10.1.0.0/16']);
  });

  it('is not needed in development for apps on the same machine', () => {
    const egress = new Egress(egressOf({ EGRESS_ALLOW: '10.1.0.0/16' }));
    for (const host of ['127.0.0.1', '[::1]', '10.1.2.3'])
      expect(egress.refusalOf(`http://${host}/`)).toBeUndefined();
    expect(egress.refusalOf('http://10.2.0.1/')).toBe('is not a public address');
  });
});
