/**
 * Device-code phishing, played through (RFC 10027): the flow starts in one network, the victim's browser is in
 * another. Addresses come through a trusted proxy, as on a real installation.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeviceClient } from '../support/device-client.ts';
import { eventually } from '../support/eventually.ts';
import { codesOf, errorOf, tokensOf } from '../support/linked-device.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { disputeLinkIn, isTo, MAILED_OWNER_PASSWORD, mailedOwner } from '../support/mailed-owner.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { PageClient } from '../web/page-client.ts';

const SECRET = 'a secret of the API of this test, forty characters';
const API = `Basic ${btoa(`api:${encodeURIComponent(SECRET)}`)}`;
const [ATTACKER, VICTIM] = ['192.0.2.66', '198.51.100.7'];
const CLIENTS = [
  { client_id: 'tv', client_name: 'Telly' },
  { client_id: 'narrow', client_name: 'Narrow', scope: 'openid offline_access' },
  {
    client_id: 'careful',
    client_name: 'Careful',
    device_number_match: true,
    device_required_check: 'type-code',
  },
  {
    client_id: 'api',
    client_name: 'API',
    grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: SECRET,
  },
];

/** So many owners, then no more. */
const REFUSAL = 4;

let sink: MailSink;
let server: TestServer;
beforeAll(async () => {
  sink = await startMailSink();
  const file = join(await mkdtemp(join(tmpdir(), 'latchkey-clients-')), 'clients.json');
  await writeFile(file, JSON.stringify(CLIENTS));
  server = await startServer({
    SMTP_URL: sink.url,
    CLIENTS_FILE: file,
    TRUSTED_PROXIES: '127.0.0.1',
    CODES_PER_MINUTE: '40',
    APPROVALS_BEFORE_PROOF: '2',
    APPROVALS_BEFORE_REFUSAL: String(REFUSAL),
    LIMIT_SIGN_UP_MAIL_NETWORK: '1000/1h 1s..1m',
    GEOIP_FILE: join(import.meta.dirname, '../fixtures/countries.mmdb'),
  });
});
afterAll(async () => {
  await server.stop();
  await sink.close();
});

class DeviceAt extends DeviceClient {
  readonly #address: string;

  constructor(address: string, clientId = 'tv') {
    super(server.issuer, clientId);
    this.#address = address;
  }

  override post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return super.post(path, fields, { 'x-forwarded-for': this.#address, ...headers });
  }
}

const ownerAt = (address: string) => mailedOwner(server.issuer, sink, address);

const decide = async (browser: PageClient, userCode: string, fields: Record<string, string> = {}) => {
  const page = await browser.submit('/device', '/device', { user_code: userCode });
  const form = { csrf: page.field('csrf'), ticket: page.field('ticket'), decision: 'approve', ...fields };
  return { page, answer: await browser.post('/device/confirm', form) };
};

/** The log comes by a pipe: a line may be later than the answer that it is about. */
async function logged(event: string, times: number): Promise<void> {
  const count = () => server.output().split(`"event":"${event}"`).length - 1;
  await eventually(`${times} × ${event}`, () => count() >= times);
}

const isActive = async (token: string) =>
  (await new DeviceClient(server.issuer).post('/token/introspection', { token }, { authorization: API }))
    .body['active'];

describe('a flow that starts elsewhere', () => {
  it('names both places, has the code typed and the owner proved, alerts at once, and is taken back by one button', async () => {
    const { email, browser } = await ownerAt(VICTIM);
    const attacker = new DeviceAt(ATTACKER);
    const codes = codesOf(await attacker.authorize({ device_name: 'Company security check' }));

    const bare = await decide(browser, codes.userCode);
    for (const said of [ATTACKER, 'different network', 'another country', 'Norway', 'Type the code'])
      expect(bare.page.text).toContain(said);
    expect(bare.page.text).not.toContain(`${codes.userCode.slice(0, 4)}-${codes.userCode.slice(4)}</bdi>`);
    expect(bare.answer.status).toBe(400);
    const mistyped = await decide(browser, codes.userCode, { user_code: 'BBBB-BBBB' });
    expect([mistyped.answer.status, mistyped.answer.text]).toEqual([
      400,
      expect.stringContaining('not the code of this device'),
    ]);
    expect(errorOf(await attacker.poll(codes.deviceCode))).toBe('authorization_pending');

    const typed = await decide(browser, codes.userCode, { user_code: codes.userCode });
    expect(typed.answer.text).toContain('name="held"');
    const held = {
      csrf: typed.answer.field('csrf'),
      held: typed.answer.field('held'),
      password: MAILED_OWNER_PASSWORD,
    };
    const proved = await browser.post('/account/prove', held);
    expect(proved.location).toMatch(/^\/device\/waiting/);

    const stolen = tokensOf(await attacker.poll(codes.deviceCode));
    expect(await isActive(stolen.access_token)).toBe(true);
    const mail = await sink.arrives(isTo(email, /^A device was linked/), 5000);
    expect(mail.text).toContain(ATTACKER.replaceAll('.', '·'));
    const link = disputeLinkIn(mail);
    await new PageClient(server.issuer).submit(link, link, {});
    expect(await isActive(stolen.access_token)).toBe(false);
    expect(errorOf(await attacker.refresh(stolen.refresh_token))).toBe('invalid_grant');
  });

  it('is refused where very many people are led to codes from one place, until its owner is at home', async () => {
    const place = '203.0.113.50';
    const lead = async (victim: string) => {
      const { browser } = await ownerAt(victim);
      const device = new DeviceAt(place);
      const codes = codesOf(await device.authorize());
      return { browser, device, codes };
    };
    for (let victim = 0; victim < REFUSAL; victim += 1) {
      const { browser, codes } = await lead(`198.51.${victim}.7`);
      const { answer } = await decide(browser, codes.userCode, { user_code: codes.userCode });
      const [csrf, held] = [answer.field('csrf'), answer.field('held')];
      const proved = await browser.post('/account/prove', { csrf, held, password: MAILED_OWNER_PASSWORD });
      expect(proved.location).toMatch(/^\/device\/waiting/);
    }
    const { browser, device, codes } = await lead(VICTIM);
    const { page, answer } = await decide(browser, codes.userCode, { user_code: codes.userCode });
    expect(page.text).toContain('This looks like fraud.');
    expect(page.text).not.toContain('value="approve"');
    expect([answer.status, errorOf(await device.poll(codes.deviceCode))]).toEqual([
      200,
      'authorization_pending',
    ]);
    await logged('device-refused', 1);
    const denied = await decide(browser, codes.userCode, { decision: 'deny' });
    expect(denied.answer.location).toBe('/device/denied');
    const { browser: neighbour, codes: own } = await lead('203.0.113.9');
    expect((await decide(neighbour, own.userCode)).answer.location).toMatch(/^\/device\/waiting/);
  });

  it('of neighbours who link their televisions at home is no burst for the one whose browser is elsewhere', async () => {
    const street = '203.0.116';
    for (let home = 0; home < REFUSAL + 1; home += 1) {
      const { browser } = await ownerAt(`${street}.${home}`);
      const { userCode } = codesOf(await new DeviceAt(`${street}.${home}`).authorize());
      expect((await decide(browser, userCode)).answer.location).toMatch(/^\/device\/waiting/);
    }
    const { browser } = await ownerAt(VICTIM);
    const { userCode } = codesOf(await new DeviceAt(`${street}.200`).authorize());
    const { page } = await decide(browser, userCode);
    expect(page.text).not.toContain('fraud');
    expect(page.text).toContain('value="approve"');
  });

  it('fifty times at once from one place is a burst: it is refused, and counted', async () => {
    const device = new DeviceAt('203.0.115.99');
    const answers = await Promise.all(Array.from({ length: 50 }, () => device.authorize()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(10);
    for (const { headers, body } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body['error']).toBe('temporarily_unavailable');
    }
    expect((await new DeviceAt('203.0.114.1').authorize()).status).toBe(200);
    await logged('device-code-refused', 10);
  });
});

describe('an app that asks for more', () => {
  it('has the code typed and a number picked, at home as well; a wrong number denies the code', async () => {
    const { browser } = await ownerAt(VICTIM);
    const device = new DeviceAt(VICTIM, 'careful');
    const asked = await device.authorize();
    const number = String(asked.body['number_match']);
    const codes = codesOf(asked);
    const bare = await decide(browser, codes.userCode, { user_code: codes.userCode });
    expect([bare.answer.status, bare.answer.text]).toEqual([
      400,
      expect.stringContaining('Choose the number'),
    ]);
    const choices = [...bare.page.text.matchAll(/name="number" value="(\d+)"/g)].map(
      ([, value]) => value ?? '',
    );
    expect(choices).toHaveLength(3);
    expect(choices).toContain(number);
    const right = await decide(browser, codes.userCode, { user_code: codes.userCode, number });
    expect(right.answer.location).toMatch(/^\/device\/waiting/);

    const second = codesOf(await device.authorize());
    const wrong = await decide(browser, second.userCode, { user_code: second.userCode, number: '7' });
    expect(wrong.answer.location).toBe('/device/denied');
    expect(errorOf(await device.poll(second.deviceCode))).toBe('access_denied');
  });

  it('for no more than its highest scopes', async () => {
    const device = new DeviceAt(VICTIM, 'narrow');
    expect((await device.authorize({ scope: 'openid offline_access' })).status).toBe(200);
    expect(errorOf(await device.authorize({ scope: 'openid profile' }))).toBe('invalid_scope');
  });

  it('other apps send no number', async () => {
    expect((await new DeviceAt(VICTIM).authorize()).body).not.toHaveProperty('number_match');
  });
});
