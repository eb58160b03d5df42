/** Keys that change while owners are signed in: by the operator's tool, and by a new LATCHKEY_SECRET. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { PageClient } from '../web/page-client.ts';
import { operator } from './operator-process.ts';

const SECRET = 'a-secret-for-the-tests-of-the-tool-0123456789';
const NEXT_SECRET = 'the-secret-that-comes-after-it-0123456789-0123';
const HOUR = 3_600_000;

interface ShownKey {
  kid: string;
  alg: string;
  state: string;
  signs?: string;
  ends?: string;
}

async function publishedBy({ issuer }: WholeServer): Promise<string[]> {
  const { keys } = (await (await request(`${issuer}/jwks`)).json()) as { keys: ShownKey[] };
  return keys.map(({ kid }) => kid);
}

const eventsOf = (server: WholeServer, kid: string | undefined) =>
  server
    .logged()
    .split('\n')
    .filter((line) => line.includes('"event":"signing-key-') && line.includes(`"key":"${kid}"`))
    .map((line) => (JSON.parse(line) as { event: string }).event);

describe('the operator’s tool', () => {
  let servers: [WholeServer, WholeServer];
  let pages: PageClient;

  beforeAll(async () => {
    const one = await startWholeServer({ SIGN_UP: 'open', KEY_PUBLISHED_HOURS: '36' }, [SECRET]);
    const { REDIS_PREFIX = '' } = one.environment;
    servers = [one, await startWholeServer({ REDIS_PREFIX }, [SECRET])];
    ({ pages } = await one.signUp());
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  const tool = async (...args: string[]) => {
    const run = await operator(servers[0].environment, ...args, '--json');
    return { ...run, keys: run.json['keys'] as ShownKey[] };
  };
  const bothPublish = (what: string, isSo: (kids: string[]) => boolean) =>
    eventually(what, async () => (await Promise.all(servers.map(publishedBy))).every(isSo));

  it('lists the signing keys, and shows nothing private', async () => {
    const { code, keys, stdout } = await tool('keys', 'list');
    expect(code).toBe(0);
    expect(keys.map(({ alg, state }) => `${alg} ${state}`).sort()).toEqual([
      'ES256 signing',
      'RS256 signing',
    ]);
    expect(keys.map(({ kid }) => kid)).toEqual(await publishedBy(servers[0]));
    expect(stdout).not.toContain('"d"');
  });

  it('has a new key published, which every server hears of without a restart, and says when it signs', async () => {
    const before = Date.now();
    const { code, json, keys, stderr } = await tool('keys', 'rotate');
    expect([code, json['changed']]).toEqual([0, true]);
    expect(stderr).toContain('"command":"keys rotate"');
    const waiting = keys.filter(({ state }) => state === 'waiting');
    expect(waiting.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256']);
    for (const { signs = '' } of waiting) {
      const hours = (Date.parse(signs) - before) / HOUR;
      expect(hours).toBeGreaterThan(35);
      expect(hours).toBeLessThan(37);
    }
    await bothPublish('the new keys', (kids) => waiting.every(({ kid }) => kids.includes(kid)));
    for (const server of servers) expect((await publishedBy(server)).length).toBe(4);
    expect(eventsOf(servers[1], waiting[0]?.kid)).toEqual(['signing-key-published']);
  });

  it('asked again changes nothing, and says so', async () => {
    const { code, json, keys } = await tool('keys', 'rotate');
    expect([code, json['changed'], keys.length]).toEqual([0, false, 4]);
  });

  it('ends all keys at once only when that is confirmed', async () => {
    const { code } = await tool('keys', 'rotate', '--now');
    expect(code).toBe(5);
    expect((await tool('keys', 'list')).keys).toHaveLength(4);
  });

  it('ends all keys at once: all servers let go of them, and nobody is signed out', async () => {
    const former = await publishedBy(servers[0]);
    const { code, stdout } = await operator(servers[0].environment, 'keys', 'rotate', '--now', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('ID tokens that were issued before no longer verify');
    await bothPublish('the new keys alone', (kids) => !kids.some((kid) => former.includes(kid)));
    expect(eventsOf(servers[1], former[0])).toEqual(['signing-key-ended']);
    expect((await pages.get('/account')).status).toBe(200);
    const form = await pages.get('/account/settings/name');
    const changed = await pages.post('/account/settings/name', { csrf: form.field('csrf'), name: 'Ada L.' });
    expect(changed.status).toBe(303);
  });

  it('leaves its mark in the figures', async () => {
    const figures = await (await request(`${servers[0].issuer}/metrics`)).text();
    expect(figures).toMatch(/^latchkey_signing_keys\{state="signing"\} 2$/m);
    expect(figures).toMatch(/^latchkey_signing_keys\{state="retired"\} 0$/m);
    expect(figures).toMatch(/^latchkey_signing_key_since_seconds 1\d{9}/m);
    expect(figures).toMatch(/^latchkey_security_events_total\{event="signing-key-ended"\} [1-9]/m);
  });
});

describe('a new LATCHKEY_SECRET in front of the old one', () => {
  it('signs nobody out: cookies and open forms go on, at servers with either in front', async () => {
    const old = await startWholeServer({ SIGN_UP: 'open' }, [SECRET]);
    const { REDIS_PREFIX = '' } = old.environment;
    const rotated = await startWholeServer({ REDIS_PREFIX }, [NEXT_SECRET, SECRET]);
    const between = await startWholeServer({ REDIS_PREFIX }, [SECRET, NEXT_SECRET]);
    try {
      const { pages } = await old.signUp();
      const open = (await pages.get('/account/settings/name')).field('csrf');
      for (const server of [rotated, between]) {
        const there = new PageClient(server.issuer);
        for (const [name, value] of pages.cookies) there.cookies.set(name, value);
        expect((await there.get('/account')).status).toBe(200);
        expect((await there.post('/account/settings/name', { csrf: open, name: 'Ada L.' })).status).toBe(303);
      }
      expect(await publishedBy(rotated)).toEqual(await publishedBy(between));
    } finally {
      await Promise.all([old, rotated, between].map((server) => server.close()));
    }
  });
});
