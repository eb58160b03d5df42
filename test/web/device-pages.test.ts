import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import type { DeviceLinking } from '../../src/devices/device-linking.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { reconnected } from '../support/reconnected.ts';
import { API_CLIENTS, PHOTOS, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS } from '../support/test-protocol.ts';
import { BEHIND_HTTPS, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from './page-client.ts';

let server: WholeServer;
let device: DeviceClient;

beforeAll(async () => {
  server = await startWholeServer(BEHIND_HTTPS, undefined, {
    clients: [...TEST_CLIENTS, ...API_CLIENTS],
    resources: TEST_RESOURCES,
  });
  device = new DeviceClient(server.origin);
});
afterAll(() => server.close());

/** Happens after an approval has been asked for and before it is made. */
function beforeApproval(act: (browser: Session) => Promise<unknown>) {
  return (linking: DeviceLinking): DeviceLinking => ({
    find: (userCode) => linking.find(userCode),
    deny: (userCode, owner) => linking.deny(userCode, owner),
    decisionOf: (userCode, owner) => linking.decisionOf(userCode, owner),
    approve: async (userCode, browser, id) => {
      await act(browser);
      return linking.approve(userCode, browser, id);
    },
  });
}

async function startDevice(
  fields: Record<string, string> = {},
): Promise<{ deviceCode: string; userCode: string }> {
  const { body } = await device.authorize({ device_name: 'Kitchen <TV>', device_type: 'tv', ...fields });
  return { deviceCode: String(body['device_code']), userCode: String(body['user_code']) };
}

/** Enters the code; gives the fields of the confirm page. */
async function enter(client: PageClient, userCode: string): Promise<{ csrf: string; ticket: string }> {
  const page = await client.submit('/device', '/device', { user_code: userCode });
  expect(page.status).toBe(200);
  return { csrf: page.field('csrf'), ticket: page.field('ticket') };
}

const errorOf = async (deviceCode: string) => (await device.poll(deviceCode)).body['error'];

describe('linking a device', () => {
  it('leads from the code over the confirm page to a device that is signed in', async () => {
    const { deviceCode, userCode } = await startDevice();
    const owner = await server.owner();
    const confirm = await owner.submit('/device', '/device', { user_code: userCode.toLowerCase() });
    expect(confirm.text).toContain('Kitchen &lt;TV&gt;');
    expect(confirm.text).toContain(userCode);
    expect(confirm.text).toContain('Telly');
    expect(confirm.text).toContain('See your email address');
    expect(confirm.text).toContain('It asked from your network, just now');
    expect(await errorOf(deviceCode)).toBe('authorization_pending');
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    const done = await owner.post('/device/confirm', { csrf, ticket, decision: 'approve' });
    expect(done.status).toBe(303);
    expect(done.location).toMatch(/^\/device\/waiting\?device=/);
    expect((await device.poll(deviceCode)).body).toHaveProperty('access_token');
    const result = await owner.get(done.location);
    expect(result.text).toContain('<bdi>Kitchen &lt;TV&gt;</bdi> is connected');
    expect((await owner.get(done.location)).text).toBe(result.text);
  });

  it('ends at once when the owner denies, and an approval after that changes nothing', async () => {
    const { deviceCode, userCode } = await startDevice();
    const owner = await server.owner();
    const fields = await enter(owner, userCode);
    const denied = await owner.post('/device/confirm', { ...fields, decision: 'deny' });
    expect(denied.location).toBe('/device/denied');
    expect((await owner.get('/device/denied')).text).toContain('Nothing was linked');
    const late = await owner.post('/device/confirm', { ...fields, decision: 'approve' });
    expect(late.text).toContain('Your answer just now changed nothing.');
    expect((await owner.get('/device/gone')).text).toContain('This code no longer works');
    expect(await errorOf(deviceCode)).toBe('access_denied');
  });

  it('says the same of a code that is unknown, used, denied, or no code at all', async () => {
    const owner = await server.owner();
    const { userCode } = await startDevice();
    const fields = await enter(owner, userCode);
    await owner.post('/device/confirm', { ...fields, decision: 'approve' });
    for (const code of [userCode, 'BBBB-BBBB', 'no code at all']) {
      const page = await owner.submit('/device', '/device', { user_code: code });
      expect(page.status).toBe(400);
      expect(page.text).toContain('That code doesn’t work.');
      expect(page.field('ticket')).toBe('');
    }
    expect((await owner.submit('/device', '/device', { user_code: ' ' })).text).toContain(
      'Enter the code that your device shows.',
    );
  });

  it('only shows the confirm page when the code comes with the address, and approves nothing', async () => {
    const { deviceCode, userCode } = await startDevice();
    const owner = await server.owner();
    for (let visit = 0; visit < 8; visit += 1) {
      const page = await owner.get(`/device?user_code=${userCode}`);
      expect(page.text).toContain('Does your TV show this code?');
    }
    expect(await errorOf(deviceCode)).toBe('authorization_pending');
    expect((await owner.get('/device?user_code=BBBB-BBBC')).text).toContain('That code doesn’t work.');
  });

  it('shows the API at which the device wants to act, and what it may do there, in the operator’s words', async () => {
    const asked = await device.authorize({ scope: 'openid photos.read', resource: PHOTOS });
    const page = await (await server.owner()).get(`/device?user_code=${codesOf(asked).userCode}`);
    expect(page.text).toContain('<bdi>See your photos</bdi>');
    expect(page.text).toContain(`<bdi>Act for you at Photos (${PHOTOS})</bdi>`);
  });

  it('can be left in the middle and begun again, and the first of two tabs decides', async () => {
    const { deviceCode, userCode } = await startDevice();
    const owner = await server.owner();
    const first = await enter(owner, userCode);
    const second = await enter(owner, userCode);
    expect((await owner.post('/device/confirm', { ...second, decision: 'approve' })).location).toContain(
      'waiting',
    );
    const refused = await owner.post('/device/confirm', { ...first, decision: 'deny' });
    expect(refused.text).toContain('You linked <bdi>Kitchen &lt;TV&gt;</bdi>');
    expect((await device.poll(deviceCode)).body).toHaveProperty('access_token');
  });
});

describe('who may decide', () => {
  it('is no owner who is not signed in: sign in first, then come back with the code', async () => {
    const { userCode } = await startDevice();
    const visitor = server.visitor();
    expect((await visitor.get('/device')).location).toBe('/sign-in?return_to=%2Fdevice');
    const scanned = await visitor.get(`/device?user_code=${userCode.toLowerCase()}`);
    expect(scanned.status).toBe(303);
    const returnTo = new URL(scanned.location, 'https://x').searchParams.get('return_to');
    expect(returnTo).toBe(`/device?user_code=${userCode}`);
    const odd = await visitor.get('/device?user_code=//evil.example');
    expect(odd.location).toBe('/sign-in?return_to=%2Fdevice');
    expect((await visitor.get('/device/waiting')).location).toBe('/sign-in?return_to=%2Fdevice%2Fwaiting');
  });

  it('is not another browser, even of the same person, with the ticket of this one', async () => {
    const { deviceCode, userCode } = await startDevice();
    const [one, other] = [await server.owner('One'), await server.owner('Other')];
    const { ticket } = await enter(one, userCode);
    const csrf = (await other.get('/device')).field('csrf');
    const answer = await other.post('/device/confirm', { csrf, ticket, decision: 'approve' });
    expect(answer.location).toBe('/device/gone');
    expect(await errorOf(deviceCode)).toBe('authorization_pending');
  });

  it('is not a ticket that was altered or is missing, nor a decision that is neither', async () => {
    const { deviceCode, userCode } = await startDevice();
    const owner = await server.owner();
    const { csrf, ticket } = await enter(owner, userCode);
    for (const bad of ['', 'x', `${ticket.slice(0, -3)}abc`]) {
      const answer = await owner.post('/device/confirm', { csrf, ticket: bad, decision: 'approve' });
      expect(answer.location).toBe('/device/gone');
    }
    for (const decision of ['', 'APPROVE', 'approve ']) {
      expect((await owner.post('/device/confirm', { csrf, ticket, decision })).status).toBe(400);
    }
    expect(await errorOf(deviceCode)).toBe('authorization_pending');
  });

  it('is not an owner who has signed out of everything in the meantime', async () => {
    const { deviceCode, userCode } = await startDevice();
    const owner = await server.owner();
    const fields = await enter(owner, userCode);
    await server.stores.accounts.signOutEverything(owner.browser.accountId);
    const answer = await owner.post('/device/confirm', { ...fields, decision: 'approve' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('This form has expired');
    expect(await errorOf(deviceCode)).toBe('authorization_pending');
  });

  it('is not an owner who signs out of everything while the approval is under way', async () => {
    const racing: WholeServer = await startWholeServer(BEHIND_HTTPS, undefined, {
      aroundLinking: beforeApproval(({ accountId }) => racing.stores.accounts.signOutEverything(accountId)),
    });
    try {
      const there = new DeviceClient(racing.origin);
      const { body } = await there.authorize();
      const owner = await racing.owner();
      const fields = await enter(owner, String(body['user_code']));
      const answer = await owner.post('/device/confirm', { ...fields, decision: 'approve' });
      expect(answer.location).toBe('/sign-in?return_to=%2Fdevice');
      expect(owner.cookies.has('__Host-latchkey_session')).toBe(false);
      expect((await there.poll(String(body['device_code']))).body['error']).toBe('authorization_pending');
    } finally {
      await racing.close();
    }
  });

  it('calls nothing linked that this browser has not linked', async () => {
    const owner = await server.owner();
    for (const path of ['/device/waiting', '/device/waiting/state'])
      for (const query of ['', '?device=forged'])
        expect((await owner.get(path + query)).location).toBe('/account/devices');
  });
});

describe('a store that goes away while an approval is under way', () => {
  it('gives 503 and when to try again, and then trying again links the device', async () => {
    let goesAway = true;
    const failing: WholeServer = await startWholeServer(BEHIND_HTTPS, undefined, {
      aroundLinking: beforeApproval(async () => {
        if (goesAway) failing.inside.connection.redis.disconnect();
      }),
    });
    try {
      const there = new DeviceClient(failing.origin);
      const { body } = await there.authorize();
      const owner = await failing.owner();
      const fields = await enter(owner, String(body['user_code']));
      const answer = await owner.post('/device/confirm', { ...fields, decision: 'approve' });
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      await reconnected(failing.inside.connection.redis);
      goesAway = false;
      const again = await owner.post('/device/confirm', { ...fields, decision: 'approve' });
      expect(again.location).toContain('/device/waiting');
      expect((await there.poll(String(body['device_code']))).body).toHaveProperty('access_token');
    } finally {
      await failing.close();
    }
  });
});

describe('what the log says', () => {
  it('holds no code, ticket, cookie or token of forms', async () => {
    const { deviceCode, userCode } = await startDevice();
    const owner = await server.owner();
    const fields = await enter(owner, userCode);
    await owner.get(`/device?user_code=${userCode}`);
    await owner.get(`/device/${userCode}`);
    await owner.post('/device/confirm', { ...fields, decision: 'deny' });
    const log = server.logged();
    expect(log).toContain('"route":"/device/confirm"');
    const secrets = [userCode, userCode.replace('-', ''), deviceCode, fields.csrf, fields.ticket];
    for (const secret of [...secrets, ...owner.cookies.values()]) expect(log).not.toContain(secret);
  });
});
