/** The endpoint at which clients register themselves: what a stranger can do with it to the store and to others. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { answerTo, manage, register, SITE } from '../support/registered-app.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ REGISTRATION: 'open' });
});
afterAll(() => server.close());

let networks = 0;
const from = (address: string) => ({ 'x-forwarded-for': address });
/** Another network each time. */
const fromElsewhere = () => {
  networks += 1;
  return from(`198.18.${networks}.1`);
};

describe('a server where no client registers itself', () => {
  it('has no such endpoint, and discovery names none', async () => {
    const closed = await startWholeServer();
    try {
      const [headers, body] = [
        { 'content-type': 'application/json' },
        JSON.stringify({ redirect_uris: [SITE] }),
      ];
      const one = `${closed.issuer}/register/${'x'.repeat(22)}`;
      for (const [url, init] of [
        [`${closed.issuer}/register`, { method: 'POST', headers, body }],
        [one, { method: 'GET' }],
        [one, { method: 'DELETE' }],
        [one, { method: 'PUT', headers, body }],
      ] as const)
        expect((await fetch(url, init)).status).toBe(404);
      const told = await fetch(`${closed.issuer}/.well-known/openid-configuration`);
      expect(await told.json()).not.toHaveProperty('registration_endpoint');
    } finally {
      await closed.close();
    }
  });
});

describe('the registration endpoint', () => {
  it('answers no page of another site: its visitors would register from their networks', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const preflight = await answerTo(`${server.issuer}/register`, 'OPTIONS', undefined, headers);
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null]);
    const plain = { origin: 'https://evil.example', 'content-type': 'text/plain', ...fromElsewhere() };
    expect((await register(server, { redirect_uris: [SITE] }, plain)).status).toBe(400);
  });

  it('lets one network bring 20 in a day, in no order of headers; others bring theirs', async () => {
    const spammer = from('203.0.113.9');
    const statuses: number[] = [];
    for (let asked = 0; asked < 25; asked += 1)
      statuses.push((await register(server, { redirect_uris: [SITE] }, spammer)).status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(15);
    const refused = await register(server, { redirect_uris: [SITE] }, from('203.0.113.77'));
    expect([refused.status, refused.headers.get('retry-after'), refused.body['error']]).toEqual([
      429,
      '3600',
      'temporarily_unavailable',
    ]);
    expect((await register(server, { redirect_uris: [SITE] }, fromElsewhere())).status).toBe(201);
  });

  it('reads no more than is kept, and nothing that is compressed', async () => {
    const long = { redirect_uris: [SITE], software_id: 'x'.repeat(20_000) };
    expect((await register(server, long, fromElsewhere())).status).toBe(413);
    const zipped = { 'content-encoding': 'gzip', ...fromElsewhere() };
    expect((await register(server, { redirect_uris: [SITE] }, zipped)).status).toBe(400);
    const most = Array.from({ length: 10 }, (_, index) => `${SITE}/${index}${'x'.repeat(900)}`);
    const both = { redirect_uris: most, post_logout_redirect_uris: most };
    expect((await register(server, both, fromElsewhere())).status).toBe(413);
    const kept = { redirect_uris: most.slice(0, 9), post_logout_redirect_uris: [] };
    expect((await register(server, kept, fromElsewhere())).body['error']).toBe('invalid_client_metadata');
  });

  it('writes who came and who was refused into the log, and no word of theirs', async () => {
    const made = await register(server, { redirect_uris: [SITE], client_name: 'Wordy' }, fromElsewhere());
    const changed = await manage(made, 'PUT', { client_id: made.body['client_id'], redirect_uris: [SITE] });
    await manage(changed, 'DELETE');
    await register(server, { redirect_uris: ['javascript:alert(1)'] }, fromElsewhere());
    const lines = server
      .logged()
      .split('\n')
      .filter((line) => line.includes(String(made.body['client_id'])) && line.includes('"security"'))
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(lines).toEqual(['client-registered', 'client-changed', 'client-removed']);
    expect(server.logged()).toContain('"event":"registration-refused"');
    expect(server.logged()).not.toMatch(/Wordy|javascript:alert/);
  });

  it('keeps no more of a client than has bounds: what one network brings in a day is below a third of a megabyte', async () => {
    const biggest = {
      redirect_uris: Array.from({ length: 8 }, (_, index) => `${SITE}/${index}${'x'.repeat(880)}`),
      client_name: 'ก'.repeat(60),
      token_endpoint_auth_method: 'client_secret_basic',
    };
    const one = from('192.0.2.200');
    while ((await register(server, biggest, one)).status === 201);
    const { connection, prefix } = server.stores;
    const redis = connection.redis as Redis;
    const keys = [...(await redis.keys(`${prefix}Client:*`)), ...(await redis.keys(`${prefix}{clients}:*`))];
    const sizes = await Promise.all(keys.map((key) => redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0')));
    const most = Math.max(...sizes.map(Number));
    expect(most).toBeGreaterThan(8192);
    expect(most).toBeLessThan(13_000);
    expect(20 * most).toBeLessThan(333_000);
  });
});
