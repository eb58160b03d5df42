/** What Redis keeps of a device leaves out what its place says, and what was written whole before is read as well. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { placeOfGrant } from '../../src/redis/grants.ts';
import { leanPayload, wholePayload } from '../../src/redis/lean-payloads.ts';
import { linkDevice } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const DESCRIBED = {
  device_name: 'Living room television',
  device_type: 'tv',
  device_model: 'Riverside Stick 4K',
};

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol?.close());

async function linked() {
  const { stores } = protocol;
  const { browser } = await signedInOwner(stores);
  const { client, tokens } = await linkDevice(protocol, browser, undefined, DESCRIBED);
  const [token = ''] = await stores.connection.redis.keys(
    `${stores.prefix}{${browser.accountId}}:access-token:*`,
  );
  const grants = `${stores.prefix}{${browser.accountId}}:grants`;
  const [[name = '', grant = ''] = []] = Object.entries(await stores.connection.redis.hgetall(grants));
  return { ...{ client, tokens, token, grants, name, grant }, id: `${browser.accountId}.1.${name}`, browser };
}

describe('a device that was linked before an update', () => {
  it('goes on: its grant and its access token, which lie there whole, say the same as new ones', async () => {
    const { redis } = protocol.stores.connection;
    const { keyring } = protocol.stores;
    const { client, tokens, token, grants, name, grant, id, browser } = await linked();
    const fields = JSON.parse(grant) as { payload: string };
    const place = placeOfGrant(id);
    const kept = keyring.open<object>(place, fields.payload);
    expect(JSON.stringify(kept)).not.toContain(browser.accountId);
    const payload = keyring.seal(place, {
      ...kept,
      '=': undefined,
      kind: 'Grant',
      jti: id,
      accountId: browser.accountId,
    });
    await redis.hset(grants, name, JSON.stringify({ ...fields, payload }));
    const placeOfToken = `AccessToken:${token.split(':').at(-1)}`;
    const of = keyring.open<object>(placeOfToken, String(await redis.hget(token, 'payload')));
    expect(JSON.stringify(of)).not.toContain(tokens.access_token);
    const whole = {
      ...of,
      '=': undefined,
      kind: 'AccessToken',
      jti: tokens.access_token,
      accountId: browser.accountId,
    };
    await redis.hset(token, 'payload', keyring.seal(placeOfToken, whole));
    expect(await client.isActive(tokens.access_token)).toBe(true);
    expect((await client.userinfo(tokens.access_token)).status).toBe(200);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });
});

describe('a payload of which something is left out', () => {
  const known = { kind: 'Grant', jti: 'an id' };

  it('is read as it was written', () => {
    for (const payload of [
      { ...known, more: { a: [1] } },
      { ...known, jti: 'another' },
      { more: 1 },
      {},
      { ...known, '=': 2 },
    ])
      expect(wholePayload(leanPayload(payload, known), () => known)).toEqual(payload);
  });
});
