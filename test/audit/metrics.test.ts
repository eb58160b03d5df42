/** `/metrics`: figures of what devices, owners and the store do, for who may read them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf } from '../support/linked-device.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

const TOKEN = 'a token for those who read figures';
const docs = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ METRICS_TOKEN: TOKEN });
});
afterAll(async () => {
  await server.stop();
});

const read = (headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  request(`${server.issuer}/metrics`, { headers });

/** The value of a figure with these labels; 0 where it has not been counted yet. */
async function figure(name: string, labels: string): Promise<number> {
  const text = await (await read()).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}{${labels}}`))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}

describe('figures', () => {
  it('are for a client with the token, and for no other', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer wrong', TOKEN, `Basic ${TOKEN}`]) {
      const answer = await read(authorization ? { authorization } : {});
      expect([answer.status, await answer.text()]).toEqual([401, '{"error":"invalid_token"}']);
    }
    const answer = await read();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await figure('latchkey_security_events_total', 'event="access-refused"')).toBe(5);
  });

  it('count device codes by the step they reach, and polls by their answer', async () => {
    const client = new DeviceClient(server.issuer, 'demo-device');
    const before = await figure('latchkey_device_codes_total', 'step="started"');
    const { deviceCode } = codesOf(await client.authorize());
    await client.poll(deviceCode);
    await client.poll(deviceCode);
    await client.poll('not-a-code');
    expect(await figure('latchkey_device_codes_total', 'step="started"')).toBe(before + 1);
    expect(await figure('latchkey_polls_total', 'answer="pending"')).toBe(1);
    expect(await figure('latchkey_polls_total', 'answer="slow_down"')).toBe(1);
    expect(await figure('latchkey_polls_total', 'answer="unknown"')).toBe(1);
    expect(await figure('latchkey_security_events_total', 'event="token-refused"')).toBe(1);
  });

  it('say which server this is', async () => {
    const node = process.version.replaceAll('.', '\\.');
    expect(await (await read()).text()).toMatch(
      new RegExp(
        `^latchkey_build_info\\{version="[\\d.]+",commit="([0-9a-f]{40}|unknown)",node="${node}"\\} 1$`,
        'm',
      ),
    );
  });

  it('time the store and the answers, by route and never by path', async () => {
    await request(`${server.issuer}/device?user_code=SECRET-CODE`, { redirect: 'manual' });
    await request(`${server.issuer}/nobody/knows/this`);
    const text = await (await read()).text();
    expect(text).toMatch(/latchkey_redis_seconds_count\{outcome="ok"\} [1-9]/);
    expect(text).toMatch(/latchkey_http_request_seconds_count\{route="\/device",status="3xx"\} 1/);
    expect(text).toMatch(/latchkey_alerts_waiting 0/);
    expect(text).not.toMatch(/SECRET|nobody\/knows/);
  });

  it('are the ones that the dashboard, the rules and the operations page name', async () => {
    const text = await (await read()).text();
    const known = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name));
    // Only where REDIS_REPLICAS asks for some.
    known.add('latchkey_redis_replicas_missing');
    for (const file of ['grafana-dashboard.json', 'alert-rules.yaml', 'operations.md']) {
      const named = [...docs(file).matchAll(/latchkey_[a-z0-9]+(?:_[a-z0-9]+)*(?![a-z_*])/g)].map(([name]) =>
        name.replace(/_(bucket|count|sum)$/, ''),
      );
      expect(named.length).toBeGreaterThan(5);
      expect([file, named.filter((name) => !known.has(name) && !/_(process|nodejs)$/.test(name))]).toEqual([
        file,
        [],
      ]);
    }
    expect(() => JSON.parse(docs('grafana-dashboard.json'))).not.toThrow();
  });
});
