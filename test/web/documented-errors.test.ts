/** What docs/protocol.md says of errors that are easily documented wrongly, asked of a running server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, DeviceClient } from '../support/device-client.ts';
import { request } from '../support/http.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';

const ROWS = readFileSync(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8').split('\n');

const NARROW = { client_id: 'narrow', client_name: 'Narrow', scope: 'openid profile' };

let server: WholeServer;
let protocol: TestProtocol;
beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS);
  protocol = await testProtocol({ clients: [NARROW] });
});
afterAll(async () => {
  await server.close();
  await protocol.close();
});

/** Has a row of its own in the table of errors. */
function expectDocumented({ status, body }: Pick<Answer, 'status' | 'body'>, where: string): void {
  const row = `| ${status} | \`${body['error']}\` | ${where} |`;
  expect(ROWS.filter((line) => line.startsWith(row))).toHaveLength(1);
}

describe('the table of errors in docs/protocol.md has the answer', () => {
  it('to a device that asks for a scope that its client may not have', async () => {
    const answer = await new DeviceClient(protocol.issuer, 'narrow').authorize({ scope: 'openid email' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
    expectDocumented(answer, 'code');
  });

  it('to a device that asks for a code by GET', async () => {
    const response = await request(`${server.origin}/device/auth`);
    const answer = { status: response.status, body: (await response.json()) as Answer['body'] };
    expect(answer).toMatchObject({ status: 405, body: { error: 'method_not_allowed' } });
    expectDocumented(answer, 'any');
  });

  it('to a device that asks who its owner is and was not granted openid', async () => {
    const device = new DeviceClient(server.origin, 'tv');
    const { deviceCode, userCode } = codesOf(await device.authorize({ scope: 'profile offline_access' }));
    await server.inside.linking.approve(userCode, (await server.owner()).browser);
    const { access_token: token } = tokensOf(await device.poll(deviceCode));
    const answer = await device.userinfo(token);
    expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
    expectDocumented(answer, 'userinfo');
  });
});

it('a scope that no client knows is left out, as docs/protocol.md says', async () => {
  const { status } = await new DeviceClient(protocol.issuer, 'narrow').authorize({
    scope: 'openid unheard-of',
  });
  expect(status).toBe(200);
  expect(ROWS.join('\n')).toContain('A scope that is not known is left out');
});
