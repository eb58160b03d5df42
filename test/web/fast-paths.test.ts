import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { type RawAnswer, RawClient } from '../support/raw-client.ts';
import { pollOf } from '../support/two-paths.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
let client: RawClient;
let device: DeviceClient;
beforeAll(async () => {
  server = await startWholeServer({ ...BEHIND_HTTPS, LOG_LEVEL: 'debug' });
  client = new RawClient(server.origin);
  device = new DeviceClient(server.origin);
});
afterAll(() => server.close());

/** Only the library looks at what is acceptable in which order. */
const AROUND_THE_LANES = { accept: 'application/json, */*' };
const OF_ONE_REQUEST = new Set(['date', 'x-request-id']);

function heard({ status, headers, body }: RawAnswer): unknown {
  return { status, headers: headers.filter(([name]) => !OF_ONE_REQUEST.has(name.toLowerCase())), body };
}

/** What the log said while this ran, without what belongs to one request. */
async function logged(run: () => Promise<unknown>): Promise<unknown[]> {
  const before = server.logged().length;
  await run();
  const lines = server.logged().slice(before).trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'request')
    .map(({ method, route, status, msg }) => ({ method, route, status, msg }));
}

describe('what is answered in front of the library has the headers and the log line that all answers have', () => {
  it('polls of codes that wait for their owner', async () => {
    const [one, other] = [codesOf(await device.authorize()), codesOf(await device.authorize())];
    const lines = await logged(async () => {
      const early = await client.post('/token', pollOf(one.deviceCode));
      const late = await client.post('/token', pollOf(other.deviceCode), AROUND_THE_LANES);
      expect(heard(early)).toEqual(heard(late));
      expect(new Map(early.headers).get('Content-Security-Policy')).toContain("default-src 'none'");
    });
    const line = { method: 'POST', route: '/token', status: 400, msg: 'request' };
    expect(lines).toEqual([line, line]);
  });

  it('living access tokens', async () => {
    const { deviceCode, userCode } = codesOf(await device.authorize());
    await server.inside.linking.approve(userCode, (await server.owner()).browser);
    const { access_token: token } = tokensOf(await device.poll(deviceCode));
    const ask = (headers: Record<string, string>) =>
      client.post('/token/introspection', `token=${token}`, { authorization: API_BASIC, ...headers });
    const lines = await logged(async () => {
      const early = await ask({});
      expect(JSON.parse(early.body)).toMatchObject({ active: true });
      expect(heard(early)).toEqual(heard(await ask(AROUND_THE_LANES)));
    });
    const line = { method: 'POST', route: '/token/introspection', status: 200, msg: 'request' };
    expect(lines).toEqual([line, line]);
  });
});
