import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Session } from '../../src/accounts/session.ts';
import { ONE_STEP, TWO_STEPS } from '../../src/mfa/assurance.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf, linkDevice } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol.close());

const seconds = () => Math.floor(Date.now() / 1000);

/** A browser that was signed in so many seconds ago; before now where that is negative. */
async function browserOf(age: number, amr = ['pwd']): Promise<Session> {
  const { accountId, browser } = await signedInOwner(protocol.stores);
  const made = { ...newBrowser(accountId, 1), amr, authTime: seconds() - age };
  await protocol.stores.browsers.insert(made, { idle: 60_000, absolute: 60_000 });
  return { ...browser, ...made };
}

const ask = async (fields: Record<string, string>) =>
  codesOf(await new DeviceClient(protocol.issuer).authorize(fields)).userCode;

describe('what a device may ask of its owner’s sign-in (OpenID Connect Core section 3.1.2.1)', () => {
  it('prompt=login: a sign-in from before the device asked is not enough, one from afterwards is', async () => {
    const [before, after] = [await browserOf(1), await browserOf(-2)];
    const userCode = await ask({ prompt: 'login' });
    expect((await protocol.linking.find(userCode))?.provedSince).toBeGreaterThan(before.authTime);
    expect(await protocol.linking.approve(userCode, before)).toBe('sign-in-again');
    expect(await protocol.linking.approve(userCode, after)).toBe('approved');
  });

  it('max_age=0 asks as prompt=login does', async () => {
    expect(await protocol.linking.approve(await ask({ max_age: '0' }), await browserOf(1))).toBe(
      'sign-in-again',
    );
  });

  it('prompt=consent asks for nothing more, since linking always takes a click', async () => {
    expect(await protocol.linking.approve(await ask({ prompt: 'consent' }), await browserOf(1000))).toBe(
      'approved',
    );
  });

  it('max_age: a sign-in that is older is not enough; of prompt and max_age the stricter counts', async () => {
    const old = await browserOf(100);
    expect(await protocol.linking.approve(await ask({ max_age: '60' }), old)).toBe('sign-in-again');
    expect(await protocol.linking.approve(await ask({ max_age: '1000' }), old)).toBe('approved');
    const both = await ask({ max_age: '1000', prompt: 'login' });
    expect(await protocol.linking.approve(both, old)).toBe('sign-in-again');
  });

  it.each([
    [['pwd'], ONE_STEP],
    [['pwd', 'otp', 'mfa'], TWO_STEPS],
    [['pwd', 'sms', 'mfa'], TWO_STEPS],
    [['swk', 'user', 'mfa'], TWO_STEPS],
  ])('acr_values asks and does not refuse: %j is said as it is, and when', async (amr, acr) => {
    const browser = await browserOf(10, amr);
    const { tokens } = await linkDevice(protocol, browser, new DeviceClient(protocol.issuer), {
      acr_values: TWO_STEPS,
    });
    expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({ amr, acr, auth_time: browser.authTime });
  });
});
