/** With LOG_LEVEL=debug, a running server says why a device or an app got the answer that it got. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEVICE_GRANT, DeviceClient } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { productionSettings } from '../support/production-settings.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());

type Line = Record<string, unknown>;

/** The lines about protocol answers that came while this ran. */
async function linesOf(run: () => Promise<unknown>): Promise<Line[]> {
  const before = server.logged().length;
  await run();
  const lines = server.logged().slice(before).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === 'protocol');
}

const AROUND_THE_FAST_PATH = { accept: 'application/json, */*' };
const HASH = /^[\w-]{16}$/;

/** A device of an owner of its own, linked at the pages. */
async function linkedDevice() {
  const device = new DeviceClient(server.issuer, 'tv');
  const { pages } = await server.signUp();
  const { deviceCode, userCode } = codesOf(await device.authorize());
  const confirm = await pages.submit('/device', '/device', { user_code: userCode });
  const form = { csrf: confirm.field('csrf'), ticket: confirm.field('ticket'), user_code: userCode };
  await pages.post('/device/confirm', { ...form, decision: 'approve' });
  return { device, deviceCode, tokens: tokensOf(await device.poll(deviceCode)) };
}

describe('why a device got slow_down', () => {
  it.each([
    ['in front of the library', {}],
    ['by the library', AROUND_THE_FAST_PATH],
  ])(
    'is in the log, answered %s: which device, how early it was, and what it must leave',
    async (_by, headers) => {
      const device = new DeviceClient(server.issuer, 'tv');
      const { deviceCode } = codesOf(await device.authorize());
      const form = { grant_type: DEVICE_GRANT, device_code: deviceCode, client_id: 'tv' };
      const lines = await linesOf(async () => {
        await device.post('/token', form, headers);
        await device.post('/token', form, headers);
      });
      const asked = { level: 'debug', route: '/token', status: 400, client: 'tv' };
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatchObject({ ...asked, error: 'authorization_pending', interval: 5 });
      expect(lines[1]).toMatchObject({ ...asked, error: 'slow_down', interval: 10 });
      expect(lines[0]).not.toHaveProperty('since');
      expect(lines[1]?.['since']).toBeGreaterThanOrEqual(0);
      expect(lines[1]?.['since']).toBeLessThan(4.5);
      expect(lines[0]?.['code']).toMatch(HASH);
      expect(lines[1]?.['code']).toBe(lines[0]?.['code']);
      expect(lines[0]?.['requestId']).toBeTruthy();
      expect(server.logged()).not.toContain(deviceCode);
    },
  );

  it('is told apart for two devices of one client', async () => {
    const device = new DeviceClient(server.issuer, 'tv');
    const [one, other] = [codesOf(await device.authorize()), codesOf(await device.authorize())];
    const lines = await linesOf(async () => {
      await device.poll(one.deviceCode);
      await device.poll(other.deviceCode);
    });
    expect(lines[0]?.['code']).not.toBe(lines[1]?.['code']);
  });
});

describe('every answer of the protocol', () => {
  it('of a device from its code to its sign-off has the client, and one name for its grant in all lines', async () => {
    let linked: Awaited<ReturnType<typeof linkedDevice>> | undefined;
    const linking = await linesOf(async () => {
      linked = await linkedDevice();
    });
    if (!linked) throw new Error('not linked');
    const { device, deviceCode, tokens } = linked;
    expect(linking[0]).toMatchObject({ route: '/device/auth', status: 200, client: 'tv' });
    const later = await linesOf(async () => {
      await device.poll(deviceCode);
      await device.isActive(tokens.access_token);
      await device.userinfo(tokens.access_token);
      const { refresh_token: next } = tokensOf(await device.refresh(tokens.refresh_token));
      await device.revoke(next);
    });
    expect(later.map(({ route, status, error, client }) => [route, status, error, client])).toEqual([
      ['/token', 400, 'invalid_grant', 'tv'],
      ['/token/introspection', 200, undefined, 'api'],
      ['/me', 200, undefined, 'tv'],
      ['/token', 200, undefined, 'tv'],
      ['/token/revocation', 200, undefined, 'tv'],
    ]);
    const [redeemed] = linking.slice(-1);
    expect(redeemed).toMatchObject({ route: '/token', status: 200, client: 'tv' });
    expect(redeemed?.['device']).toMatch(HASH);
    const names = later.slice(1).map(({ device: name }) => name);
    expect(new Set(names)).toEqual(new Set([redeemed?.['device']]));
    expect(security('token-refreshed')?.['device']).toBe(redeemed?.['device']);
  });

  it('names the error of a client that is refused, and no client', async () => {
    const lines = await linesOf(() => new DeviceClient(server.issuer, 'no-such').authorize());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ status: 401, error: 'invalid_client', route: '/device/auth' });
    expect(lines[0]).not.toHaveProperty('client');
  });

  it('names the error with which an app’s visitor is sent back', async () => {
    const query = new URLSearchParams({
      client_id: 'notes',
      redirect_uri: 'https://notes.example.com/signed-in',
      response_type: 'code',
      scope: 'openid',
      prompt: 'none',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    const lines = await linesOf(() => server.visitor().get(`/auth?${query}`));
    expect(lines).toMatchObject([{ route: '/auth', status: 303, error: 'login_required', client: 'notes' }]);
  });
});

it('without LOG_LEVEL=debug no such line is written', async () => {
  const quiet = await startWholeServer({ LOG_LEVEL: 'info' });
  try {
    await new DeviceClient(quiet.issuer, 'tv').authorize();
    expect(quiet.logged()).toContain('device-code-issued');
    expect(quiet.logged()).not.toContain('"msg":"protocol"');
  } finally {
    await quiet.close();
  }
});

it('says of requests at a terminal only what went wrong, so that what is to be read there stays; in production all', async () => {
  const said: Record<string, number[]> = {};
  for (const [mode, settings] of Object.entries({ development: {}, production: productionSettings() })) {
    await using one = await startWholeServer({ LOG_LEVEL: 'info', ...settings });
    const poll = { client_id: 'tv', grant_type: DEVICE_GRANT, device_code: 'x' };
    for (const path of ['/', '/favicon.ico', '/nowhere']) await one.visitor().get(path);
    const device = new DeviceClient(one.origin, 'tv');
    await device.authorize();
    await device.post('/token', poll);
    const lines = one.logged().trim().split('\n');
    const requests = lines.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === 'request');
    said[mode] = requests.map(({ status }) => Number(status));
  }
  expect(said).toEqual({ development: [404, 400], production: [200, 200, 404, 200, 400] });
});

/** The newest line of the security log about this event. */
function security(event: string): Line | undefined {
  const lines = server.logged().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line).findLast((line) => line['event'] === event);
}
