/** Any website can have its visitor's browser ask for codes: it must not keep the visitor's own devices from theirs. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { errorOf } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';

const PAGE = { origin: 'null' };
const CAPS = { all: 1000, client: 1000, network: 200, burst: 40 };

let protocol: TestProtocol;
let device: DeviceClient;
beforeAll(async () => {
  protocol = await testProtocol({
    clients: [{ client_id: 'tv', client_name: 'Telly', cors_origins: ['null'] }],
    liveCodes: CAPS,
  });
  device = new DeviceClient(protocol.issuer);
});
afterAll(() => protocol.close());

/** @param more what the library answers to, and not the fast path */
const asked = (headers: Record<string, string>, more: Record<string, string> = {}) =>
  device.post('/device/auth', { client_id: 'tv', scope: 'openid', ...more }, headers);

describe('a website in the owner’s browser that asks for codes as fast as it can', () => {
  it('gets few of the places of that network, by whichever path, and the devices there get theirs', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => asked(PAGE, index % 2 ? { nonce: 'n' } : {})),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(answers.length - refused.length).toBe(10);
    for (const answer of refused) {
      expect([answer.status, errorOf(answer)]).toEqual([429, 'temporarily_unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('access-control-allow-origin')).toBe('null');
    }
    const devices = await Promise.all(Array.from({ length: CAPS.burst - 10 }, () => asked({})));
    expect(devices.map(({ status }) => status)).toEqual(devices.map(() => 200));
    expect((await asked(PAGE)).status).toBe(429);
  });
});
