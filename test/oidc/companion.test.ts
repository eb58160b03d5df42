/** Devices that their maker's phone app sets up: what they and their owners get, and what is refused before any page. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WaitingLinks } from '../../src/devices/waiting-links.ts';
import { CompanionDevice, MAKERS_APP, RADIO } from '../support/companion-device.ts';
import { at, CompanionOwner } from '../support/companion-owner.ts';
import { deviceKey } from '../support/device-key.ts';
import { request as httpRequest } from '../support/http.ts';
import { errorOf, tokensOf } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';

const CAP = 20;
const NO_CODES = { client_id: 'no-codes', grant_types: ['authorization_code', 'refresh_token'] };

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, RADIO, { ...RADIO, ...NO_CODES }] });
});
afterAll(() => protocol.close());

let owner: CompanionOwner;
let radio: CompanionDevice;
beforeEach(async () => {
  owner = await CompanionOwner.of(protocol);
  radio = owner.radio();
});

describe('a device that its maker’s app sets up', () => {
  it('waits in the list of its owner until it comes, and gets nothing where they have taken it back', async () => {
    const { waitingLinks, grants, deviceCodes } = protocol.stores;
    const links = new WaitingLinks(waitingLinks, grants, deviceCodes);
    const code = await owner.codeFor(radio);
    const [link, ...others] = await links.list(owner.browser);
    expect([link?.claimed.name, link?.clientId, others]).toEqual(['Kitchen radio', 'radio', []]);
    expect([await owner.rows(), await owner.kinds()]).toEqual([[], []]);
    if (!link) throw new Error('nothing waits');
    // No longer than its code, and the way to that.
    expect(link.until - Date.now()).toBeLessThanOrEqual(360_000);
    expect(await links.remove(owner.browser, link, { address: '', userAgent: '' })).toBe('removed');
    expect(errorOf(await radio.redeem(code))).toBe('invalid_grant');
    expect([await owner.rows(), await links.list(owner.browser), await owner.kinds()]).toEqual([[], [], []]);
  });

  it('becomes a row like every other, in its own words, with an event; no app appears', async () => {
    const uid = await owner.opens(await radio.link());
    expect(await protocol.companions.find(uid)).toMatchObject({
      app: { id: 'radio', name: 'Riverside Radio' },
      device: { name: 'Kitchen radio', type: 'speaker', model: 'R1' },
      request: { address: '127.0.0.1', isFromWebsite: false },
      scopes: ['openid', 'profile', 'offline_access'],
    });
    const answer = await owner.confirms(uid);
    expect(answer.href.startsWith(MAKERS_APP)).toBe(true);
    expect(answer.searchParams.get('state')).toBe(radio.state);
    expect(answer.searchParams.get('iss')).toBe(protocol.issuer);
    expect(await owner.rows()).toEqual([]);
    const redeemed = await radio.redeem(answer.searchParams.get('code') ?? '');
    expect(redeemed.body).toMatchObject({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    });
    expect(await owner.rows()).toMatchObject([
      { claimed: { name: 'Kitchen radio' }, clientId: 'radio', companion: true, bound: false },
    ]);
    expect(await owner.kinds()).toContain('device-linked');
    expect(await protocol.appAccess.list(owner.browser)).toEqual([]);
    expect(await radio.isActive(tokensOf(redeemed).access_token)).toBe(true);
  });

  it('stays linked when the browser in which it was confirmed signs out', async () => {
    const tokens = tokensOf(await radio.redeem(await owner.codeFor(radio)));
    await protocol.stores.browsers.end(owner.browser.sessionId);
    expect((await radio.refresh(tokens.refresh_token)).status).toBe(200);
    expect((await radio.userinfo(tokens.access_token)).body).toEqual({ sub: owner.accountId, name: 'Ada' });
  });

  it('is confirmed on a page each time, also the second one in the same browser', async () => {
    await radio.redeem(await owner.codeFor(radio));
    await owner.opens(await owner.radio().link());
    const silent = await owner.agent.get(await owner.radio().link({ prompt: 'none' }));
    expect(new URL(silent.location).searchParams.get('error')).toBe('interaction_required');
  });

  it('is told that its owner has denied it, and a denial stands', async () => {
    const uid = await owner.opens(await radio.link());
    await protocol.appSignIn.deny(uid);
    const answer = await owner.confirms(uid);
    expect(answer.searchParams.get('error')).toBe('access_denied');
    expect(answer.searchParams.get('state')).toBe(radio.state);
    expect(await owner.rows()).toEqual([]);
  });

  it('is never allowed by the page that asks about apps', async () => {
    const uid = await owner.opens(await radio.link());
    const place = { address: '127.0.0.1', userAgent: 'test' };
    expect(await protocol.appSignIn.allow(uid, owner.browser, ['openid'], place)).toBe('gone');
  });

  it('may show codes as well, unless its client leaves that grant out', async () => {
    expect((await radio.authorize()).status).toBe(200);
    const none = await new CompanionDevice(protocol.issuer, {}, 'no-codes').authorize();
    expect([none.status, errorOf(none)]).toEqual([400, 'unauthorized_client']);
  });

  it('has five minutes for its code, where an app has one', async () => {
    const code = await owner.codeFor(radio);
    await at(290_000, async () => expect((await radio.redeem(code)).status).toBe(200));
    const late = owner.radio();
    const lateCode = await owner.codeFor(late);
    await at(301_000, async () => expect(errorOf(await late.redeem(lateCode))).toBe('invalid_grant'));
  });

  it('gets the scopes that its owner was shown, claims by name are none of them', async () => {
    const claims = JSON.stringify({ id_token: { email: { essential: true } } });
    const redeemed = await radio.redeem(await owner.codeFor(radio, { claims }));
    expect(redeemed.body['scope']).toBe('openid profile offline_access');
    const [, payload = ''] = String(redeemed.body['id_token']).split('.');
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    expect(said).not.toHaveProperty('email');
    expect(said).not.toHaveProperty('name');
  });
});

describe('a push is refused', () => {
  it('400 where it is no request of such a device, before any page', async () => {
    const key = await deviceKey(protocol.issuer);
    for (const [changes, headers, error] of [
      [{ code_challenge: '', code_challenge_method: '' }, {}, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, {}, 'invalid_request'],
      [{ redirect_uri: 'https://evil.example/cb' }, {}, 'invalid_request'],
      [{ response_mode: 'form_post' }, {}, 'invalid_request'],
      [{ scope: 'nothing' }, {}, 'invalid_scope'],
      [{ state: 's'.repeat(129) }, {}, 'invalid_request'],
      [{ dpop_jkt: 'A'.repeat(43) }, { dpop: await key.prove('/par') }, 'invalid_request'],
      [{}, { dpop: await key.prove('/token') }, 'invalid_dpop_proof'],
    ] as [Record<string, string>, Record<string, string>, string][]) {
      const { status, body } = await radio.push(changes, headers);
      expect([changes, status, body['error']]).toEqual([changes, 400, error]);
    }
    const stranger = await radio.push({ client_id: 'unknown' });
    expect([stranger.status, errorOf(stranger)]).toEqual([401, 'invalid_client']);
  });

  it('400 where a parameter stands twice', async () => {
    const body = new URLSearchParams(radio.fields());
    body.append('device_name', 'Your bank');
    const response = await httpRequest(`${protocol.issuer}/par`, { method: 'POST', body });
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
      400,
      'invalid_request',
    ]);
  });

  it('429 beyond what one network may ask for codes, of fifty at once; both count together', async () => {
    const liveCodes = { all: 1e6, client: 1e6, network: CAP, burst: 1e6 };
    const few = await testProtocol({ clients: [RADIO], liveCodes });
    const from = () => new CompanionDevice(few.issuer);
    const pushes = await Promise.all(Array.from({ length: 50 }, () => from().push()));
    const taken = pushes.filter(({ status }) => status === 201);
    expect(taken).toHaveLength(CAP);
    for (const { status, body, headers } of pushes.filter((push) => push.status !== 201)) {
      expect([status, body['error']]).toEqual([429, 'temporarily_unavailable']);
      expect(headers.get('retry-after')).toBe('60');
    }
    expect((await from().authorize()).status).toBe(429);
    await few.close();
  });
});
