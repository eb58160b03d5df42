import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_STREAMS } from '../../src/signals/signal-stream.ts';
import { newStream } from '../redis/signal-changes.ts';
import { POLL, PUSH, receiverClient, type SignalsWorld, signalsWorld } from './signals-world.ts';

const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';
const REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';

let world: SignalsWorld;
beforeAll(async () => {
  world = await signalsWorld((issuer) => [
    receiverClient(issuer, 'one'),
    receiverClient(issuer, 'other'),
    receiverClient(issuer, 'many'),
    receiverClient(issuer, 'last'),
    receiverClient(issuer, 'late'),
    ...Array.from({ length: MAX_STREAMS }, (_, n) => receiverClient(issuer, `filler-${n}`)),
    receiverClient(issuer, 'pushed'),
    receiverClient(issuer, 'reader', {}, ['ssf.read']),
    { ...receiverClient(issuer, 'stranger'), own_access: { [`${issuer}/admin/v1`]: [] } },
  ]);
});
afterAll(() => world.close());

const made = async (client: string, body: object = {}) => {
  const answer = await world.call(client, 'POST', '/ssf/streams', body);
  expect(answer.status).toBe(201);
  return answer.body;
};
const pollPath = (stream: { delivery: { endpoint_url: string } }) =>
  new URL(stream.delivery.endpoint_url).pathname;

describe('a receiver that begins from nothing but our address', () => {
  it('finds where to go, makes its stream, and gets an event that proves that it hears', async () => {
    const { status, body, headers } = await world.call(
      'one',
      'GET',
      '/.well-known/ssf-configuration',
      undefined,
      '',
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    const { issuer } = world.server;
    expect(body).toEqual({
      spec_version: '1_0',
      issuer,
      jwks_uri: `${issuer}/jwks`,
      delivery_methods_supported: [PUSH, POLL],
      configuration_endpoint: `${issuer}/ssf/streams`,
      status_endpoint: `${issuer}/ssf/status`,
      verification_endpoint: `${issuer}/ssf/verify`,
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
      default_subjects: 'ALL',
    });
    const stream = await made('one', { events_requested: [REVOKED, 'urn:example:unknown'] });
    expect(stream).toMatchObject({
      iss: issuer,
      aud: 'one',
      events_requested: [REVOKED, 'urn:example:unknown'],
      events_delivered: [REVOKED],
      delivery: { method: POLL },
    });
    expect(stream.events_supported).toContain(REVOKED);
    const asked = { stream_id: stream.stream_id, state: 'a state <b>' };
    expect((await world.call('one', 'POST', '/ssf/verify', asked)).status).toBe(204);
    const [event] = await world.events('one', 1);
    expect(event).toEqual({
      iss: issuer,
      aud: 'one',
      iat: expect.any(Number),
      jti: expect.stringMatching(/./),
      sub_id: { format: 'opaque', id: stream.stream_id },
      events: { [VERIFICATION]: { state: 'a state <b>' } },
    });
  });

  it('reads, changes and replaces what it has asked for, and ends it', async () => {
    const stream = await made('other', { description: 'first' });
    const { stream_id } = stream;
    const at = `/ssf/streams?stream_id=${stream_id}`;
    expect((await world.call('other', 'GET', at)).body).toEqual(stream);
    expect((await world.call('other', 'GET', '/ssf/streams')).body).toEqual([stream]);
    const second = { stream_id, events_requested: [REVOKED], iss: stream.iss, aud: 'other' };
    const patched = await world.call('other', 'PATCH', '/ssf/streams', second);
    expect(patched).toMatchObject({
      status: 200,
      body: { description: 'first', events_delivered: [REVOKED] },
    });
    const replaced = await world.call('other', 'PUT', '/ssf/streams', { stream_id, description: 'third' });
    expect(replaced).toMatchObject({ status: 200, body: { ...stream, description: 'third' } });
    expect((await world.call('other', 'GET', `/ssf/status?stream_id=${stream_id}`)).body).toEqual({
      stream_id,
      status: 'enabled',
    });
    const paused = { stream_id, status: 'paused', reason: 'moving' };
    expect((await world.call('other', 'POST', '/ssf/status', paused)).body).toEqual(paused);
    expect((await world.call('other', 'DELETE', at)).status).toBe(204);
    expect((await world.call('other', 'GET', at)).status).toBe(404);
    expect((await world.call('other', 'GET', '/ssf/streams')).body).toEqual([]);
    expect((await world.call('other', 'POST', pollPath(stream), {})).status).toBe(404);
  });

  it('has one stream, however many servers it asks at once', async () => {
    const tries = await Promise.all(
      Array.from({ length: 6 }, () => world.call('many', 'POST', '/ssf/streams', {})),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });
});

describe('as many streams as may be', () => {
  it('give way to a new one where their clients are gone, and else do not', async () => {
    const { signalStreams } = world.server.stores;
    const gone = () => signalStreams.write(newStream());
    while ((await gone()) === 'written');
    await made('last');
    expect((await signalStreams.all()).filter(({ clientId }) => clientId.length > 20)).toEqual([]);
    const known = await signalStreams.all();
    // All of clients that there are.
    const others = Array.from({ length: MAX_STREAMS - known.length }, (_, n) => newStream(`filler-${n}`));
    for (const other of others) expect(await signalStreams.write(other)).toBe('written');
    const refused = await world.call('late', 'POST', '/ssf/streams', {});
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '3600']);
    for (const { clientId } of others) await signalStreams.remove(clientId);
    await made('late');
  });
});

describe('a receiver and what is not its own', () => {
  it('is refused without a token, with another client’s, and with too little of its own', async () => {
    const reads = await world.token('reader');
    const path = '/ssf/streams';
    expect(await world.call('', 'GET', path, undefined, '')).toMatchObject({ status: 401 });
    expect(await world.call('', 'GET', path, undefined, 'x')).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    });
    expect((await world.call('', 'GET', path, undefined, reads)).status).toBe(200);
    const refused = await world.call('', 'POST', path, {}, reads);
    expect(refused).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="ssf.manage"',
    );
    const ofOthers = [...(await world.call('many', 'GET', path)).body];
    expect(ofOthers).toHaveLength(1);
    const { stream_id } = ofOthers[0];
    for (const [method, at, body] of [
      ['GET', `${path}?stream_id=${stream_id}`],
      ['DELETE', `${path}?stream_id=${stream_id}`],
      ['PATCH', path, { stream_id }],
      ['PUT', path, { stream_id }],
      ['POST', '/ssf/status', { stream_id, status: 'disabled' }],
      ['POST', '/ssf/verify', { stream_id }],
      ['POST', pollPath(ofOthers[0]), {}],
    ] as const)
      expect([method, at, (await world.call('pushed', method, at, body)).status]).toEqual([method, at, 404]);
  });

  it('is given no token by a client that was not given any of it', async () => {
    await expect(world.token('stranger', 'ssf.manage')).rejects.toThrow('no token');
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['another kind of delivery', { delivery: { method: 'urn:example:fax' } }],
    ['no address to push to', { delivery: { method: PUSH } }],
    ['an address that is none', { delivery: { method: PUSH, endpoint_url: 'x' } }],
    ['an address of another kind', { delivery: { method: PUSH, endpoint_url: 'file:///etc/passwd' } }],
    ['a fragment', { delivery: { method: PUSH, endpoint_url: 'http://127.0.0.1/#x' } }],
    ['an inner address', { delivery: { method: PUSH, endpoint_url: 'http://169.254.169.254/' } }],
    [
      'one in other clothes',
      { delivery: { method: PUSH, endpoint_url: 'http://[::ffff:169.254.169.254]/' } },
    ],
    [
      'two headers in one',
      { delivery: { method: PUSH, endpoint_url: 'http://127.0.0.1/', authorization_header: 'x\r\ny' } },
    ],
    ['events that are no list', { events_requested: 'all' }],
    ['too many events', { events_requested: Array.from({ length: 51 }, (_, n) => `urn:x:${n}`) }],
    ['a long description', { description: 'x'.repeat(501) }],
  ])('is refused %s, and nothing is made', async (_, body) => {
    const answer = await world.call('pushed', 'POST', '/ssf/streams', body);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect((await world.call('pushed', 'GET', '/ssf/streams')).body).toEqual([]);
  });

  it('cannot say what is ours to say', async () => {
    const [{ stream_id }] = (await world.call('many', 'GET', '/ssf/streams')).body;
    for (const wrong of [{ aud: 'other' }, { iss: 'https://x.example' }, { events_delivered: [] }])
      expect((await world.call('many', 'PATCH', '/ssf/streams', { stream_id, ...wrong })).status).toBe(400);
  });

  it('hears JSON of what is not there, and which methods there are', async () => {
    for (const path of ['/ssf', '/ssf/', '/ssf/x', '/ssf/poll', '/ssf/poll/x/y', '/ssf/streams/'])
      expect([path, await world.call('many', 'GET', path)]).toEqual([
        path,
        expect.objectContaining({ status: 404, body: expect.objectContaining({ error: 'not_found' }) }),
      ]);
    const other = await world.call('many', 'DELETE', '/ssf/verify');
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST']);
    const posted = await world.call('many', 'POST', '/.well-known/ssf-configuration', {}, '');
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
