/** The line before the thread, on real connections; how late the thread is the test says. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import { KnownBrowsers } from '../../src/sessions/known-browsers.ts';
import { knownBrowserIn } from '../../src/web/middleware/cookies.ts';
import { HttpServer } from '../../src/web/middleware/http-server.ts';
import { requestLine } from '../../src/web/middleware/request-line.ts';
import { type LineClient, lineClient } from './line-client.ts';

const MAX_WAITING = 4096;
/** Of programs, as long as nothing is known of the pace of this server. */
const PROGRAMS = 2000;
const ADA = 'ada' as AccountId;
const known = new KnownBrowsers(new Keyring(['a secret for tests, long enough to be taken']));
/** Under a secret that this server does not have. */
const forged = new KnownBrowsers(new Keyring(['another one, of the same length or so, of a forger']));
/** More than enough; of fewer, half are for programs that wait. */
const CONNECTIONS = 2 * MAX_WAITING;

let http: HttpServer;
let port: number;
let now: number;
let look: (() => void) | undefined;
let refused: number;
/** Paths in the order in which they came, began and were closed. */
let came: string[];
let closed: string[];
let begun: { path: string; answer: () => void }[];
let sockets: Socket[];

beforeEach(async () => {
  [now, refused, came, closed, begun, sockets, look] = [0, 0, [], [], [], [], undefined];
  const work = ({ url = '' }: IncomingMessage, response: ServerResponse) =>
    void begun.push({ path: url, answer: () => void response.end(`answer to ${url}\n`) });
  const accountOf = (cookies: string | undefined) => known.lastAccount(knownBrowserIn(cookies, true));
  const line = requestLine(work, () => (refused += 1), accountOf, {
    connections: CONNECTIONS,
    now: () => now,
    worked: () => now,
    later: (callback) => {
      look = callback;
    },
  });
  http = new HttpServer((request, response) => {
    const { url = '' } = request;
    response.once('close', () => closed.push(url));
    line(request, response);
    came.push(url);
  });
  port = await http.listen(0, '127.0.0.1');
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await http.drain({ notice: 0, timeout: 0 });
});

function client(): LineClient {
  const one = lineClient(port);
  sockets.push(one.socket);
  return one;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
const paths = () => begun.map(({ path }) => path);
const answer = (path: string) => begun.find((one) => one.path === path)?.answer();

/** The flood's network has had more turns than are few. */
async function flooded(): Promise<void> {
  const { get } = client();
  const earlier = Array.from({ length: 30 }, (_, n) => `/earlier/${n}`);
  for (const path of earlier) get(path);
  await until(() => begun.length === earlier.length);
  for (const path of earlier) answer(path);
  await until(() => earlier.every((path) => closed.includes(path)));
  look?.();
  [came, closed, begun] = [[], [], []];
}

/** Six requests of a flood are in work, and the thread has been found late: further ones wait. */
async function late(): Promise<LineClient[]> {
  await flooded();
  const flood = Array.from({ length: 6 }, (_, n) => {
    const one = client();
    one.get(`/flood/${n}`);
    return one;
  });
  await until(() => begun.length === 6);
  now += 10;
  look?.();
  return flood;
}
const answerFlood = () => {
  for (let n = 0; n < 6; n += 1) answer(`/flood/${n}`);
};

describe('a request that waits in the line', () => {
  it('is begun when others are done, and its connection stays for the next', async () => {
    await late();
    const { get, heard } = client();
    get('/waits');
    await until(() => came.includes('/waits'));
    expect(paths()).not.toContain('/waits');
    answerFlood();
    await until(() => paths().includes('/waits'));
    answer('/waits');
    await until(() => heard().includes('answer to /waits'));
    get('/next');
    await until(() => paths().includes('/next'));
    answer('/next');
    await until(() => heard().includes('answer to /next'));
  });

  it('is never begun where its client has gone meanwhile, and holds nothing up', async () => {
    await late();
    const [gone, other] = [client(), client()];
    gone.get('/gone');
    await until(() => came.includes('/gone'));
    other.get('/other');
    await until(() => came.includes('/other'));
    gone.socket.destroy();
    await until(() => closed.includes('/gone'));
    answerFlood();
    await until(() => paths().includes('/other'));
    expect(paths()).not.toContain('/gone');
  });

  it('is answered in its place among those that came over the same connection, whichever began first', async () => {
    await late();
    const { get, heard } = client();
    get('/first');
    get('/second', '203.0.113.9');
    await until(() => came.includes('/second'));
    // The second is of an owner who asks seldom.
    expect(paths().slice(6)).toEqual(['/second']);
    answer('/second');
    answerFlood();
    // What is answered and not sent yet holds the flood back for three looks, and no longer.
    for (let looks = 0; looks < 3; looks += 1) look?.();
    await until(() => paths().includes('/first'));
    expect(heard()).toBe('');
    answer('/first');
    await until(() => heard().includes('/second'));
    expect(heard().match(/answer to \S+/g)).toEqual(['answer to /first', 'answer to /second']);
  });

  it('is not that of an owner in a browser that they are known by, whatever neighbours behind their address do', async () => {
    await late();
    const cookieOf = (value: string) => `other=1; __Host-latchkey_known_browser=${value}; more=2`;
    const [owner, forger] = [client(), client()];
    const ours = () => cookieOf(known.remember(ADA, undefined));
    owner.get('/owner', '198.51.100.7', ours());
    await until(() => came.includes('/owner'));
    expect(paths()).toContain('/owner');
    forger.get('/forged', '198.51.100.7', cookieOf(forged.remember(ADA, undefined)));
    await until(() => came.includes('/forged'));
    expect(paths()).not.toContain('/forged');
    // One account is one, however many cookies it has, and from wherever: what it asks for more than an owner waits.
    for (let n = 0; n < 70; n += 1) {
      const thief = client();
      thief.get(`/again/${n}`, `203.0.113.${n}`, ours());
      await until(() => came.includes(`/again/${n}`));
      if (n < 64) answer(`/again/${n}`);
      await until(() => n > 63 || closed.includes(`/again/${n}`));
    }
    expect(paths()).toContain('/again/60');
    expect(paths()).not.toContain('/again/69');
  });

  it('is answered by a server that drains, which then ends', async () => {
    await late();
    const { get, heard } = client();
    get('/waits');
    await until(() => came.includes('/waits'));
    const drained = http.drain({ notice: 0, timeout: 60_000 });
    answerFlood();
    await until(() => paths().includes('/waits'));
    answer('/waits');
    await drained;
    await until(() => heard().includes('answer to /waits'));
  });

  it('is cut off with the others by a server whose time to drain is over, and never begun', async () => {
    await late();
    const { get } = client();
    get('/waits');
    await until(() => came.includes('/waits'));
    await http.drain({ notice: 0, timeout: 1 });
    expect(paths()).not.toContain('/waits');
  });
});

describe('a line that is full', () => {
  it('of devices that came together tells each another time, and lets people in, of their homes, too', async () => {
    await late();
    const devices = client();
    const home = (n: number) => `10.${n >> 8}.${n & 255}.1`;
    for (let n = 0; n < PROGRAMS; n += 1) devices.get(`/token?n=${n}`, home(n));
    await until(() => came.length === 6 + PROGRAMS);
    const others = Array.from({ length: 40 }, (_, n) => {
      const one = client();
      one.get(`/token?m=${n}`, home(PROGRAMS + n));
      return one;
    });
    await until(() => others.every(({ heard }) => heard().endsWith('}')));
    const told = others.map(({ heard }) => /Retry-After: (\d+)/.exec(heard())?.[1]);
    expect(new Set(told).size).toBeGreaterThan(2);
    expect(refused).toBe(40);
    client().get('/device', home(7));
    await until(() => came.includes('/device'));
    expect(refused).toBe(40);
    answerFlood();
    await until(() => paths().includes('/device'));
    expect(paths().slice(6).indexOf('/device')).toBeLessThan(8);
  });

  it('refuses the last of the network that fills it, with 503 and a time to come again, and lets an owner in', async () => {
    await late();
    const [pages, polls] = [client(), client()];
    for (let n = 0; n < MAX_WAITING; n += 1) pages.get(`/many/${n}`);
    for (let n = 0; n < PROGRAMS; n += 1) polls.get(`/token?n=${n}`);
    await until(() => came.length === 6 + MAX_WAITING + PROGRAMS);
    const browser = client();
    for (const path of ['/token?x=1', '/register', '/voice-code/verify']) {
      const program = client();
      program.get(path);
      await until(() => program.heard().endsWith('}'));
      expect(program.heard()).toMatch(/^HTTP\/1.1 503 .*\r\nRetry-After: [2-6]\r\n/s);
      expect(program.heard()).toContain('Content-Type: application/json');
      expect(program.heard()).toContain('{"error":"temporarily_unavailable"');
    }
    browser.get('/sign-in');
    await until(() => browser.heard().includes('Please try again in a moment.'));
    expect(browser.heard()).toMatch(/503 .*Content-Security-Policy: default-src 'none'/s);
    expect(refused).toBe(4);
    const owner = client();
    owner.get('/account', '203.0.113.9');
    await until(() => paths().includes('/account'));
    expect(refused).toBe(4);
    // Whom it has refused it hears again.
    answerFlood();
    browser.get('/again');
    await until(() => came.includes('/again'));
  });
});
