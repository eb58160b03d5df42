import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { type RawAnswer, RawClient } from '../support/raw-client.ts';
import { pollOf } from '../support/two-lanes.ts';
import { startWebServer, type WebServer } from './web-server.ts';

let server: WebServer;
beforeAll(async () => {
  server = await startWebServer();
});
afterAll(() => server.close());

/** Only the library looks at what is acceptable in which order. */
const AROUND_THE_LANE = { accept: 'application/json, */*' };
const OF_ONE_REQUEST = new Set(['date', 'x-request-id']);

function heard({ status, headers, body }: RawAnswer): unknown {
  return { status, headers: headers.filter(([name]) => !OF_ONE_REQUEST.has(name.toLowerCase())), body };
}

it('answers and logs a poll that is answered early as any other, with the headers that all have', async () => {
  const device = new DeviceClient(server.origin);
  const client = new RawClient(server.origin);
  const [one, other] = [codesOf(await device.authorize()), codesOf(await device.authorize())];
  const before = server.logged().length;
  const early = await client.post('/token', pollOf(one.deviceCode));
  const late = await client.post('/token', pollOf(other.deviceCode), AROUND_THE_LANE);
  expect(heard(early)).toEqual(heard(late));
  expect(new Map(early.headers).get('Content-Security-Policy')).toContain("default-src 'none'");
  const lines = server.logged().slice(before).trim().split('\n');
  const facts = lines.map((line) => {
    const { method, route, status, msg } = JSON.parse(line) as Record<string, unknown>;
    return { method, route, status, msg };
  });
  const fact = { method: 'POST', route: '/token', status: 400, msg: 'request' };
  expect(facts).toEqual([fact, fact]);
});
