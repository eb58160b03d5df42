/** RFC 8628, sections 5 and 6: security considerations and user codes. See `rfc8628.test.ts`. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { normalizeUserCode } from '../../src/devices/user-code.ts';
import { API_BASIC, DeviceClient } from '../support/device-client.ts';
import { approvedCode, codesOf, errorOf, linkDevice } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let browser: Session;
let device: DeviceClient;

beforeAll(async () => {
  protocol = await testProtocol();
  ({ browser } = await signedInOwner(protocol.stores));
  device = new DeviceClient(protocol.issuer);
});
afterAll(() => protocol.close());

describe('5 security considerations', () => {
  it('5.1 SHOULD: a user code has 34.5 bits: 8 letters of a set of 20', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => device.authorize()));
    const letters = new Set(answers.flatMap(({ body }) => [...String(body['user_code']).replace('-', '')]));
    expect([...letters].sort().join('')).toBe('BCDFGHJKLMNPQRSTVWXZ');
    expect(answers.every(({ body }) => String(body['user_code']).length === 9)).toBe(true);
  });

  it('5.1: a user code leads nowhere once it has been decided on or has expired', async () => {
    const { userCode } = await approvedCode(protocol, browser);
    expect(await protocol.linking.find(userCode)).toBeUndefined();
    expect(await protocol.linking.approve(userCode, browser)).toBe('gone');
    expect(await protocol.linking.deny(userCode)).toBe('gone');
  });

  it('5.2 SHOULD: a device code has very high entropy', async () => {
    const codes = await Promise.all(
      Array.from({ length: 20 }, async () => codesOf(await device.authorize())),
    );
    for (const { deviceCode } of codes) expect(deviceCode).toMatch(/^[A-Za-z0-9_-]{43,}$/);
  });

  it('5.3: a device does not choose who it is: its words are marked as its own, and the name is the client’s', async () => {
    const { userCode } = codesOf(
      await device.authorize({ device_name: 'Your bank', client_name: 'Your bank' }),
    );
    const link = await protocol.linking.find(userCode);
    expect(link?.app.name).toBe('Telly');
    expect(link?.device.name).toBe('Your bank');
  });

  it('5.4 SHOULD: codes are short-lived, and the page where the owner decides knows which device asked', async () => {
    const before = Date.now();
    const answer = await device.authorize({ device_name: 'Kitchen', device_type: 'tv' });
    expect(Number(answer.body['expires_in'])).toBeLessThanOrEqual(600);
    const link = await protocol.linking.find(codesOf(answer).userCode);
    expect(link).toMatchObject({ device: { name: 'Kitchen', type: 'tv' }, request: { userAgent: 'node' } });
    expect(link?.request.address).toMatch(/127\.0\.0\.1$/);
    expect(link?.request.at).toBeGreaterThanOrEqual(before);
  });

  it('5.5: a stranger who spied the user code cannot decide a second time, nor change a decision', async () => {
    const { browser: spy } = await signedInOwner(protocol.stores, 'Eve');
    const { deviceCode, userCode } = codesOf(await device.authorize());
    const decisions = await Promise.all([
      protocol.linking.approve(userCode, browser),
      protocol.linking.approve(userCode, spy),
      protocol.linking.deny(userCode),
    ]);
    expect(decisions.filter((decision) => decision !== 'gone')).toHaveLength(1);
    const answer = await device.poll(deviceCode);
    if (decisions[2] === 'denied') return expect(errorOf(answer)).toBe('access_denied');
    const owner = decisions[0] === 'approved' ? browser : spy;
    const { body } = await device.userinfo(String(answer.body['access_token']));
    expect(body['sub']).toBe(owner.accountId);
  });

  it('5.6: a client without a secret is a public one: it learns nothing about tokens by its name alone', async () => {
    const { tokens } = await linkDevice(protocol, browser);
    const form = { token: tokens.access_token };
    const named = await device.post('/token/introspection', { ...form, client_id: 'tv' });
    expect(named.body).toEqual({ active: false });
    const proven = await device.post('/token/introspection', form, { authorization: API_BASIC });
    expect(proven.body['active']).toBe(true);
  });

  it('5.7: a code can be read out: letters only, none that sounds or looks like another of the set', async () => {
    const { body } = await device.authorize();
    expect(String(body['user_code'])).toMatch(/^[^AEIOUY0-9]{4}-[^AEIOUY0-9]{4}$/);
  });
});

describe('6.1 user code recommendations', () => {
  it('6.1 SHOULD: case is ignored, and what is not in the set of letters is stripped', async () => {
    const shown = String((await device.authorize()).body['user_code']);
    const code = shown.replace('-', '');
    const typed = [
      shown,
      code,
      shown.toLowerCase(),
      ` ${shown} `,
      [...code].join(' '),
      `${shown}.`,
      `“${shown}”`,
    ];
    for (const text of typed) expect([text, normalizeUserCode(text)]).toEqual([text, code]);
  });
});
