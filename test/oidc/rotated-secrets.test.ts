/** A client that registered itself gets a new secret of the operator. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ManagedClients, type RotationOutcome } from '../../src/apps/managed-clients.ts';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';

const HOUR = 3_600_000;
const APP = { redirect_uris: ['https://newcomer.example.com/cb'], client_name: 'Newcomer' };
const BY = { address: '203.0.113.9', token: undefined };

let protocol: TestProtocol;
let clients: ManagedClients;
beforeAll(async () => {
  protocol = await testProtocol({ environment: { REGISTRATION: 'open' } });
  const {
    clientStates: states,
    registeredClients: registered,
    secretUses,
    operatorClients,
  } = protocol.stores;
  const file = async () => [{ client_id: 'api' }];
  const parts = { file, states, registered, secretUses, operatorClients, longestGrant: 86_400_000 };
  clients = new ManagedClients({ ...parts, onUnreadable: () => undefined, readers: async () => [] });
});
afterAll(() => protocol.close());

async function register(more: object = {}) {
  const answer = await protocol.registration.register({ ...APP, ...more }, BY);
  if (answer.outcome !== 'done') throw new Error(answer.outcome);
  const { client_secret: secret, registration_access_token: token } = answer.body ?? {};
  return { id: answer.clientId, secret: String(secret), token: String(token) };
}

/** Whether the client is known by this secret; whatever it asks about. */
async function isKnown(id: string, secret: string): Promise<boolean> {
  const client = new DeviceClient(protocol.issuer, id, `Basic ${btoa(`${id}:${secret}`)}`);
  return (await client.post('/token/introspection', { token: 'any' })).status === 200;
}

function rotated(outcome: RotationOutcome): { secret: string; until: number | undefined } {
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

it('the one before works until its end, and not a moment more; the new one from the start', async () => {
  const { id, secret: before } = await register();
  const { secret: now, until = 0 } = rotated(await clients.rotateSecret(id, HOUR));
  expect(now).toMatch(/^[\w-]{43}$/);
  const clock = jest.spyOn(Date, 'now');
  for (const [time, known] of [
    [until - 1, true],
    [until, false],
  ] as const) {
    clock.mockReturnValue(time);
    expect([await isKnown(id, before), await isKnown(id, now)]).toEqual([known, true]);
  }
  clock.mockRestore();
  const { secret: next } = rotated(await clients.rotateSecret(id, HOUR));
  expect([await isKnown(id, before), await isKnown(id, now), await isKnown(id, next)]).toEqual([
    false,
    true,
    true,
  ]);
  const { secret: last, until: none } = rotated(await clients.rotateSecret(id, 0));
  expect([none, await isKnown(id, now), await isKnown(id, next), await isKnown(id, last)]).toEqual([
    undefined,
    false,
    false,
    true,
  ]);
});

it('of many rotations at once two secrets are left, and each that was told was one of them or has ended', async () => {
  const { id, secret } = await register();
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => clients.rotateSecret(id, HOUR)));
  const told = outcomes.flatMap((one) => (typeof one === 'string' ? [] : [one.secret]));
  expect(outcomes.filter((one) => typeof one === 'string' && one !== 'busy')).toEqual([]);
  const known = await Promise.all([secret, ...told].map((one) => isKnown(id, one)));
  expect(known.filter(Boolean)).toHaveLength(2);
});

it('its use is seen, of each secret for itself', async () => {
  const { id, secret } = await register();
  const uses = async () => {
    const client = await clients.find(id);
    return client ? clients.lastUses(client) : [];
  };
  expect(await uses()).toEqual([undefined]);
  expect(await isKnown(id, `${secret}x`)).toBe(false);
  expect(await uses()).toEqual([undefined]);
  await isKnown(id, secret);
  await eventually('the use', async () => (await uses())[0]);
  await clients.rotateSecret(id, HOUR);
  expect(await uses()).toEqual([undefined, expect.any(Number)]);
});

it('a client that changes what it registered keeps both, and may name either', async () => {
  const { id, secret, token } = await register();
  const { secret: now } = rotated(await clients.rotateSecret(id, HOUR));
  let access = token;
  for (const client_secret of [secret, now]) {
    const answer = await protocol.registration.update(
      id,
      { ...BY, token: access },
      { ...APP, client_id: id, client_secret },
    );
    if (answer.outcome !== 'done') throw new Error(answer.outcome);
    access = String(answer.body?.['registration_access_token']);
  }
  expect([await isKnown(id, secret), await isKnown(id, now)]).toEqual([true, true]);
  const none = { ...APP, client_id: id, token_endpoint_auth_method: 'none' };
  expect(await protocol.registration.update(id, { ...BY, token: access }, none)).toMatchObject({
    outcome: 'done',
  });
  expect([await isKnown(id, secret), await isKnown(id, now)]).toEqual([false, false]);
  expect(await clients.rotateSecret(id, HOUR)).toBe('no-secret');
});

it('no secret is made for a client of the file, nor for one that is not there', async () => {
  expect([await clients.rotateSecret('api', 0), await clients.rotateSecret('never-there', 0)]).toEqual([
    'in-file',
    'gone',
  ]);
});
