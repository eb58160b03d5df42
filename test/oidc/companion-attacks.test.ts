/**
 * Devices that their maker's phone app sets up: what an attacker who sends links around, listens on the way or swaps codes
 * would gain, and what the device must not lose by it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CompanionDevice, MAKERS_APP, RADIO } from '../support/companion-device.ts';
import { at, CompanionOwner } from '../support/companion-owner.ts';
import { deviceKey } from '../support/device-key.ts';
import { errorOf, linkDevice, tokensOf } from '../support/linked-device.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, RADIO] });
});
afterAll(() => protocol.close());

let owner: CompanionOwner;
let radio: CompanionDevice;
beforeEach(async () => {
  owner = await CompanionOwner.of(protocol);
  radio = owner.radio();
});

describe('a link that goes around', () => {
  it('without a pushed request leads nowhere, and its app hears so', async () => {
    const raw = new URL(`${protocol.issuer}/auth`);
    raw.search = new URLSearchParams(radio.fields()).toString();
    const answer = new URL((await owner.agent.get(raw)).location);
    expect(answer.href.startsWith(MAKERS_APP)).toBe(true);
    expect(answer.searchParams.get('error')).toBe('invalid_request');
    expect(answer.searchParams.get('error_description')).toBe('Pushed Authorization Request must be used');
  });

  it('is worth nothing after a minute, nor once it was used', async () => {
    const late = await radio.link();
    await at(61_000, async () => expect((await owner.agent.get(late)).text).toContain('invalid_request_uri'));
    const used = await radio.link();
    await owner.confirms(await owner.opens(used));
    const again = await owner.agent.get(used);
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('invalid_request_uri')]);
  });

  it('that names two requests, or one twice, leads to no page, and the request is still good for its owner', async () => {
    const [url, attackers] = [await radio.link(), await owner.radio().link()];
    const own = url.searchParams.get('request_uri') ?? '';
    const theirs = attackers.searchParams.get('request_uri') ?? '';
    for (const [first, second] of [
      [own, own],
      [own, theirs],
      [theirs, own],
    ] as const) {
      const twice = new URL(`${protocol.issuer}/auth?client_id=radio`);
      for (const uri of [first, second]) twice.searchParams.append('request_uri', uri);
      const answer = await owner.agent.get(twice);
      expect([answer.status, answer.location]).toEqual([400, '']);
      expect(answer.text).toContain('invalid_request');
    }
    const answer = await owner.confirms(await owner.opens(url));
    expect((await radio.redeem(answer.searchParams.get('code') ?? '')).status).toBe(200);
  });

  it('leads to one code, in however many browsers it was opened in time', async () => {
    const url = await radio.link();
    const other = await CompanionOwner.of(protocol);
    const [mine, theirs] = [await owner.opens(url), await other.opens(url)];
    // The owner signs in for longer than the request lives.
    await protocol.stores.connection.redis.del(...(await keysOf('PushedAuthorizationRequest')));
    const first = await owner.confirms(mine);
    expect(first.searchParams.get('code')).toBeTruthy();
    const second = await other.confirms(theirs);
    expect(second.searchParams.get('error')).toBe('invalid_request_uri');
    expect(second.searchParams.get('code')).toBeNull();
  });

  it('says no more than whose request it is: what was written beside it is ignored', async () => {
    const url = await radio.link({ scope: 'openid' });
    for (const [name, value] of [
      ['scope', 'openid email offline_access'],
      ['redirect_uri', 'https://evil.example/cb'],
      ['device_name', 'Your bank'],
      ['latchkey_device', '{"name":"Your bank","address":"198.51.100.7"}'],
    ] as const)
      url.searchParams.set(name, value);
    const uid = await owner.opens(url);
    expect(await protocol.companions.find(uid)).toMatchObject({
      device: { name: 'Kitchen radio' },
      request: { address: '127.0.0.1' },
      scopes: ['openid'],
    });
    expect((await owner.confirms(uid)).href.startsWith(MAKERS_APP)).toBe(true);
  });

  it('says where the device is by the push alone, whatever the push says of that', async () => {
    const device = JSON.stringify({ address: '198.51.100.7', name: 'Your bank' });
    const uid = await owner.opens(await radio.link({ latchkey_device: device }));
    expect(await protocol.companions.find(uid)).toMatchObject({
      device: { name: 'Kitchen radio' },
      request: { address: '127.0.0.1' },
    });
  });
});

async function keysOf(kind: string): Promise<string[]> {
  const { connection, prefix } = protocol.stores;
  return (await connection.redis.keys(`${prefix}*`)).filter((key) => key.includes(kind));
}

describe('a code that is overheard', () => {
  it('is worth nothing without the verifier, and stays good for its device', async () => {
    const code = await owner.codeFor(radio);
    const attacker = owner.radio();
    for (const stolen of [
      await attacker.redeem(code),
      await radio.redeem(code, { code_verifier: '' }),
      await radio.redeem(code, { redirect_uri: 'https://maker.example/other' }),
    ])
      expect(stolen.status).toBe(400);
    expect((await radio.redeem(code)).status).toBe(200);
  });

  it('is worth nothing with another key than that of the push, and stays good for its device', async () => {
    const [own, others] = await Promise.all([deviceKey(protocol.issuer), deviceKey(protocol.issuer)]);
    const code = await owner.codeFor(radio, {}, { dpop: await own.prove('/par') });
    for (const headers of [{}, { dpop: await others.prove('/token') }] as Record<string, string>[])
      expect(errorOf(await radio.redeem(code, {}, headers))).toBe('invalid_grant');
    expect(await owner.rows()).toEqual([]);
    expect((await radio.redeem(code, {}, { dpop: await own.prove('/token') })).status).toBe(200);
    expect(await owner.rows()).toMatchObject([{ bound: true }]);
  });

  it('of an attacker does not fit the device of a victim', async () => {
    const attackers = owner.radio();
    const code = await owner.codeFor(attackers);
    expect(errorOf(await radio.redeem(code))).toBe('invalid_grant');
    expect(await owner.rows()).toEqual([]);
  });

  it('and redeemed a second time, by who holds the verifier, ends that device and no other', async () => {
    const other = await linkDevice(protocol, owner.browser);
    const sibling = tokensOf(await radio.redeem(await owner.codeFor(radio)));
    const copied = owner.radio();
    const code = await owner.codeFor(copied);
    const tokens = tokensOf(await copied.redeem(code));
    expect(errorOf(await copied.redeem(code))).toBe('invalid_grant');
    expect(await copied.isActive(tokens.access_token)).toBe(false);
    expect(errorOf(await copied.refresh(tokens.refresh_token))).toBe('invalid_grant');
    for (const { access_token } of [other.tokens, sibling])
      expect(await copied.isActive(access_token)).toBe(true);
    expect(await owner.kinds()).toContain('device-replayed');
  });

  it('and redeemed twice at once leaves no device that two could be', async () => {
    const code = await owner.codeFor(radio);
    const answers = await Promise.all([1, 2, 3, 4].map(() => radio.redeem(code)));
    for (const answer of answers) {
      if (answer.status !== 200) expect(errorOf(answer)).toBe('invalid_grant');
      else expect(await radio.isActive(tokensOf(answer).access_token)).toBe(false);
    }
    expect(await owner.rows()).toEqual([]);
  });

  it('is worth nothing once its owner has signed out of everything', async () => {
    const code = await owner.codeFor(radio);
    await protocol.stores.accounts.signOutEverything(owner.accountId);
    expect(errorOf(await radio.redeem(code))).toBe('invalid_grant');
  });

  it('is not made in a browser whose owner has signed out of everything meanwhile', async () => {
    const uid = await owner.opens(await radio.link());
    await protocol.stores.accounts.signOutEverything(owner.accountId);
    expect(await protocol.companions.approve(uid, owner.browser)).toBe('signed-out');
  });
});
