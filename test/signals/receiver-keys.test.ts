/** Receivers are clients that sign in with a key of their own, and get tokens that are bound to one: by an unmodified client library. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import * as client from 'openid-client';
import { deviceKey } from '../support/device-key.ts';
import { request } from '../support/http.ts';
import { POLL, receiverClient, type SignalsWorld, signalsWorld } from './signals-world.ts';

const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

let world: SignalsWorld;
let own: CryptoKey;
beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  own = pair.privateKey;
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'its-own' }] };
  const keyed = { token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined, jwks };
  world = await signalsWorld((issuer) => [
    ...['keyed', 'bound'].map((id) => receiverClient(issuer, id, keyed)),
    receiverClient(issuer, 'robbed'),
  ]);
});
afterAll(() => world.close());

/** @param key of the client, or an attacker's */
async function receiver(id: string, isBound: boolean, key = own) {
  const { issuer } = world.server;
  const auth = client.PrivateKeyJwt({ key, kid: 'its-own' });
  const insecure = { execute: [client.allowInsecureRequests] };
  const config = await client.discovery(new URL(issuer), id, undefined, auth, insecure);
  const pair = isBound ? await client.randomDPoPKeyPair('ES256') : undefined;
  const options = pair && { DPoP: client.getDPoPHandle(config, pair) };
  const resource = `${issuer}/ssf`;
  const tokens = await client.clientCredentialsGrant(config, { resource }, options);
  const ask = async (method: string, path: string, body: object) => {
    const headers = new Headers({ 'content-type': 'application/json' });
    const url = new URL(path, issuer);
    const text = JSON.stringify(body);
    const { access_token: token } = tokens;
    const answer = await client.fetchProtectedResource(config, token, url, method, text, headers, options);
    const said = await answer.text();
    return { status: answer.status, body: said === '' ? undefined : JSON.parse(said) };
  };
  return { tokens, ask };
}

describe('a receiver that signs in with a key of its own (private_key_jwt)', () => {
  it.each([
    ['keyed', 'bearer', false],
    ['bound', 'dpop', true],
  ])(
    '%s, with a token of type %s: makes its stream, asks for an event, polls, and verifies it',
    async (id, type, isBound) => {
      const { tokens, ask } = await receiver(id, isBound);
      expect(tokens.token_type).toBe(type);
      const { status, body: stream } = await ask('POST', '/ssf/streams', { delivery: { method: POLL } });
      expect([status, stream.aud]).toEqual([201, id]);
      const { stream_id } = stream;
      expect((await ask('POST', '/ssf/verify', { stream_id, state: 'hello' })).status).toBe(204);
      const poll = (asked: object) => ask('POST', new URL(stream.delivery.endpoint_url).pathname, asked);
      const { body: polled } = await poll({ maxEvents: 1 });
      const [[jti = '', set = ''] = []] = Object.entries<string>(polled.sets);
      const event = await world.verified(set, id);
      expect([event.jti, event.events]).toEqual([jti, { [VERIFICATION]: { state: 'hello' } }]);
      const acked = await poll({ ack: [jti], returnImmediately: true });
      expect([acked.status, acked.body.sets]).toEqual([200, {}]);
      const changed = await ask('PATCH', '/ssf/streams', { stream_id, description: 'mine' });
      expect([changed.status, changed.body.description]).toEqual([200, 'mine']);
    },
  );

  it('gets no token for an attacker with another key', async () => {
    const stranger = await generateKeyPair('ES256');
    await expect(receiver('keyed', false, stranger.privateKey)).rejects.toMatchObject({
      status: 401,
      error: 'invalid_client',
    });
  });
});

describe('a thief with a token that is bound to the key of its receiver (DPoP)', () => {
  it('can do nothing with it: without a proof, with one of another key, for another address, or used before', async () => {
    const { issuer } = world.server;
    const [key, thief] = [await deviceKey(issuer), await deviceKey(issuer)];
    const { client_secret: secret } = receiverClient(issuer, 'robbed');
    const authorization = `Basic ${btoa(`robbed:${encodeURIComponent(secret)}`)}`;
    const got = await request(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization, dpop: await key.prove('/token') },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `${issuer}/ssf` }),
    });
    const { access_token: token } = (await got.json()) as { access_token: string };
    const ath = await client.calculatePKCECodeChallenge(token);
    const path = '/ssf/streams';
    const call = async (scheme: string, proof?: string) => {
      const headers = { authorization: `${scheme} ${token}`, ...(proof && { dpop: proof }) };
      const { status, headers: said } = await request(issuer + path, { headers });
      return [status, /error="([^"]+)"/.exec(said.get('www-authenticate') ?? '')?.[1]];
    };
    const used = await key.prove(path, 'GET', { ath });
    expect(await call('DPoP', used)).toEqual([200, undefined]);
    expect(await call('DPoP', used)).toEqual([401, 'invalid_dpop_proof']);
    expect(await call('DPoP', await key.prove('/ssf/status', 'GET', { ath }))).toEqual([
      401,
      'invalid_dpop_proof',
    ]);
    expect(await call('DPoP', await key.prove(path, 'POST', { ath }))).toEqual([401, 'invalid_dpop_proof']);
    expect(await call('DPoP', await key.prove(path, 'GET'))).toEqual([401, 'invalid_dpop_proof']);
    expect((await call('DPoP', await thief.prove(path, 'GET', { ath })))[0]).toBe(401);
    expect((await call('DPoP'))[0]).toBe(401);
    expect(await call('Bearer')).toEqual([401, 'invalid_token']);
  });
});
