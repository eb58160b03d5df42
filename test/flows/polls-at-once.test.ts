import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { RawClient } from '../support/raw-client.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { randomId, signedInOwner } from '../support/test-stores.ts';

const ROUNDS = 200;
const AT_ONCE = 64;
const SECRET = 'two-processes-share-one-secret-for-this-test';

let servers: [TestServer, TestServer];
let approver: TestProtocol;
let browser: Session;

beforeAll(async () => {
  const prefix = `t${randomId()}:`;
  const clients = new URL('../fixtures/clients.json', import.meta.url).pathname;
  const environment = {
    REDIS_PREFIX: prefix,
    LATCHKEY_SECRET: SECRET,
    CLIENTS_FILE: clients,
    LOG_LEVEL: 'error',
  };
  servers = await Promise.all([startServer(environment), startServer(environment)]);
  approver = await testProtocol({ prefix, secrets: [SECRET] });
  ({ browser } = await signedInOwner(approver.stores));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await approver.close();
});

const issuerAt = (index: number) => servers[index % 2 === 0 ? 0 : 1].issuer;
const deviceAt = (index: number) => new DeviceClient(issuerAt(index));

interface Polled {
  status: number;
  body: Record<string, unknown>;
}

/** By a client that takes a quarter of the time of `fetch`: there are 12,800 of these. */
async function poll(index: number, code: string): Promise<Polled> {
  const form = new URLSearchParams({ grant_type: DEVICE_GRANT, device_code: code, client_id: 'tv' });
  const { status, body } = await new RawClient(issuerAt(index)).post('/token', `${form}`);
  return { status, body: JSON.parse(body) as Record<string, unknown> };
}

async function approvedCode(): Promise<string> {
  const { body } = await deviceAt(0).authorize();
  const userCode = String(body['user_code']).replace('-', '');
  expect(await approver.linking.approve(userCode, browser)).toBe('approved');
  return String(body['device_code']);
}

describe('64 polls at once on one approved code, over two processes', () => {
  it(`give exactly one token response in each of ${ROUNDS} rounds, and its tokens live`, async () => {
    const others = new Map<unknown, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const code = await approvedCode();
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => poll(index, code)));
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      for (const { body } of answers.filter(({ status }) => status !== 200)) {
        others.set(body['error'], (others.get(body['error']) ?? 0) + 1);
      }
      const late = await deviceAt(1).poll(code);
      expect(late.body['error']).toBe('invalid_grant');
      const { access_token: accessToken, refresh_token: refreshToken } = winners[0]?.body ?? {};
      expect(await deviceAt(round).isActive(String(accessToken))).toBe(true);
      const refreshed = await deviceAt(round + 1).refresh(String(refreshToken));
      expect(refreshed.status).toBe(200);
      expect(await deviceAt(round).isActive(String(refreshed.body['access_token']))).toBe(true);
    }
    expect([...others.keys()]).toEqual(['invalid_grant']);
  });
});
