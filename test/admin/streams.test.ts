/** Operators see to streams of security events by the Admin API and by the tool. What receivers hear of it: `signals/paused.test.ts`. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queueName, type StreamSettings } from '../../src/signals/signal-stream.ts';
import { operator } from '../cli/operator-process.ts';
import { newSignal, newStream } from '../redis/signal-changes.ts';
import { randomId } from '../support/test-stores.ts';
import { type AdminWorld, ALL_SCOPES, adminWorld } from './admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await adminWorld({}, {}, ['the-secret-of-this-server-0123456789abcdef']);
});
afterAll(() => world.close());

/** As its receiver makes it. */
async function made(clientId: string, more: Partial<StreamSettings> = {}): Promise<string> {
  const stream = { ...newStream(clientId), ...more };
  expect(await world.server.stores.signalStreams.write(stream)).toBe('written');
  return stream.id;
}

const PUSH = {
  method: 'push',
  url: 'https://directory.example.com:8443/hook/secret-path?key=secret',
  authorization: 'Bearer secret-header',
} as const;
const queued = (id: string, end: string) =>
  world.server.stores.signalQueues.add(queueName(id), { accountId: randomId(), end, body: newSignal() });
/** It was tried as often as it may be. */
async function given(id: string, end: string, reason: string): Promise<void> {
  const { signalQueues } = world.server.stores;
  await queued(id, end);
  const taken = await signalQueues.take(queueName(id));
  if (taken) await signalQueues.deadLetter(queueName(id), taken, reason);
}
const tool = (...args: string[]) => operator(world.server.environment, 'streams', ...args);

describe('an operator who asks who hears of security events', () => {
  it('sees whose stream it is, how events go there, what it asked for, and how it stands', async () => {
    const id = await made('directory', {
      delivery: PUSH,
      description: 'Signs out of the directory',
      requested: ['urn:example:event'],
    });
    await queued(id, '1-0');
    await world.server.stores.signalStates.note(id, 'failed', '503', 1000);
    const { body } = await world.ask('GET', '/streams/directory');
    expect(body).toEqual({
      ...{ client_id: 'directory', id, method: 'push', endpoint_host: 'directory.example.com:8443' },
      ...{ status: 'enabled', reason: null, paused: null, description: 'Signs out of the directory' },
      ...{ events: ['urn:example:event'], hears_since: expect.any(String), waiting: 1, dead: 0 },
      ...{ oldest_waiting_at: expect.any(String), last_taken_at: null, last_failure: '503' },
      failing_since: expect.any(String),
    });
    await made('polls', { status: 'paused', reason: 'We are moving' });
    expect((await world.ask('GET', '/streams/polls')).body).toMatchObject({
      ...{ method: 'poll', endpoint_host: null, events: null, oldest_waiting_at: null },
      ...{ status: 'paused', reason: 'We are moving', paused: null },
    });
    const first = await world.ask('GET', '/streams?limit=1');
    const next = encodeURIComponent(String(first.body['next']));
    const second = await world.ask('GET', `/streams?limit=1&cursor=${next}`);
    const clients = [first, second].map(({ body: page }) => (page['data'] as { client_id: string }[])[0]);
    expect(clients.map((one) => one?.client_id)).toEqual(['directory', 'polls']);
    const { stdout } = await tool('list');
    expect(stdout).toContain('directory  push directory.example.com:8443  enabled, 1 wait, 0 not taken');
    expect(stdout).toContain('polls  poll  paused ("We are moving"), 0 wait');
    const all = [stdout, (await tool('show', 'directory', '--json')).stdout, JSON.stringify([body, first])];
    for (const text of all) expect(text).not.toMatch(/secret-/);
  });

  it('is told of one that there is not, and needs the scope', async () => {
    for (const [method, path] of [
      ...[['GET', ''] as const, ['GET', '/dead'] as const, ['DELETE', ''] as const],
      ...[['POST', '/pause'] as const, ['POST', '/enable'] as const],
    ])
      expect((await world.ask(method, `/streams/nobody${path}`)).status).toBe(404);
    const token = await world.token(ALL_SCOPES.filter((scope) => scope !== 'admin:receivers'));
    expect((await world.call('GET', '/streams', { token })).status).toBe(403);
    expect((await tool('pause', 'nobody')).code).toBe(3);
  });
});

describe('an operator who pauses, enables and ends a stream', () => {
  it('does so by the API and by the tool, and finds it in the trail', async () => {
    const id = await made('acted', { delivery: PUSH });
    await queued(id, '1-0');
    const changed = async (act: string) => (await world.ask('POST', `/streams/acted/${act}`)).body;
    expect([await changed('pause'), await changed('pause')]).toEqual([{ changed: true }, { changed: false }]);
    expect((await world.ask('GET', '/streams/acted')).body).toMatchObject({
      ...{ status: 'paused', reason: 'The operator of this server has paused the stream' },
      ...{ paused: { reason: 'operator' }, waiting: 1 },
    });
    expect((await tool('enable', 'acted')).stdout).toContain('The stream of acted is enabled.');
    expect(await changed('enable')).toEqual({ changed: false });
    const paused = await tool('pause', 'acted', '--json');
    expect(paused.json['changed']).toBe(true);
    expect(paused.stderr).toMatch(/"event":"operator-acted","command":"streams pause".*"client":"acted"/);
    expect((await tool('delete', 'acted')).code).toBe(5);
    expect((await world.ask('DELETE', '/streams/acted')).status).toBe(204);
    expect((await world.ask('GET', '/streams/acted')).status).toBe(404);
    const { signalQueues, signalStates } = world.server.stores;
    expect([await signalQueues.count(queueName(id)), await signalStates.of(id)]).toEqual([0, {}]);
    await made('acted');
    expect((await tool('delete', 'acted', '--yes')).stdout).toContain('The stream of acted is gone.');
    const trail = (await world.ask('GET', '/audit?limit=100')).body['data'] as Record<string, unknown>[];
    const calls = trail.map(({ call, client }) => `${call} ${client}`);
    for (const call of ['streams-pause', 'streams-enable', 'streams-delete'])
      expect(calls.some((one) => one.startsWith(call))).toBe(true);
  });
});

describe('an operator whose receiver has refused or missed events', () => {
  it('sees each with its jti and why, and sends again these, or all', async () => {
    const id = await made('missed', { delivery: PUSH });
    await given(id, '1-0', '500');
    await given(id, '2-0', 'invalid_key');
    await given(id, '3-0', 'ECONNREFUSED');
    const dead = async () =>
      (await world.ask('GET', '/streams/missed/dead')).body['data'] as Record<string, string>[];
    const all = await dead();
    expect(all.map(({ reason }) => reason).sort()).toEqual(['500', 'ECONNREFUSED', 'invalid_key']);
    for (const one of all) expect(one).toMatchObject({ type: 'urn:example:event', tries: 1 });
    const refused = all.find(({ reason }) => reason === 'invalid_key')?.['id'] ?? '';
    expect(refused.startsWith(`${id}.`)).toBe(true);
    const one = { body: { ids: [refused] } };
    expect((await world.ask('POST', '/streams/missed/replay', one)).body).toEqual({ waiting: 1 });
    const again = await world.server.stores.signalQueues.take(queueName(id));
    expect(`${id}.${again?.id}`).toBe(refused);
    expect(((await tool('dead', 'missed', '--json')).json['dead'] as unknown[]).length).toBe(2);
    expect((await tool('replay', 'missed', '--all', '--json')).json['waiting']).toBe(2);
    expect(await dead()).toEqual([]);
  });
});
