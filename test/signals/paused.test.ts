/** Receivers of security events that take nothing for days, or that the operator pauses. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SupervisedStreams } from '../../src/signals/supervised-streams.ts';
import { operatorOf } from '../admin/console-world.ts';
import { EventReceiver } from '../support/event-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { PUSH, receiverClient, type SignalsWorld, signalsWorld } from './signals-world.ts';

const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/';
const DAYS = 86_400_000;

let world: SignalsWorld;
let receiver: EventReceiver;
beforeAll(async () => {
  receiver = await EventReceiver.start();
  world = await signalsWorld(
    (issuer) => ['silent', 'polling', 'own', 'pushed', 'rested'].map((id) => receiverClient(issuer, id)),
    { EGRESS_ALLOW: '127.0.0.0/8' },
  );
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});

async function stream(client: string, body: object = {}) {
  const made = await world.call(client, 'POST', '/ssf/streams', body);
  expect(made.status).toBe(201);
  const id: string = made.body.stream_id;
  return {
    id,
    verify: (state: string) => world.call(client, 'POST', '/ssf/verify', { stream_id: id, state }),
    standing: async () => (await world.call(client, 'GET', `/ssf/status?stream_id=${id}`)).body,
    set: (status: string) => world.call(client, 'POST', '/ssf/status', { stream_id: id, status }),
    remove: () => world.call(client, 'DELETE', `/ssf/streams?stream_id=${id}`),
  };
}
const pushed = (client: string) =>
  stream(client, { delivery: { method: PUSH, endpoint_url: receiver.url(client) } });

/** What the server itself says in them. */
async function said(client: string): Promise<unknown[]> {
  const all = await Promise.all(receiver.at(client).map(({ body }) => world.verified(body, client)));
  return all.flatMap(({ events }) => Object.entries(events));
}

/** The time of each that waits has come. */
async function forward(id: string): Promise<void> {
  const { connection, prefix } = world.server.stores;
  const due = `${prefix}{notices:ssf.${id}}:due`;
  for (const one of await connection.redis.zrange(due, '0', '-1'))
    await connection.redis.zadd(due, 'XX', '0', one);
}

/** As the operator does it. */
const operator = () => {
  const { signalStreams: streams, signalStates: states, signalQueues: queue } = world.server.stores;
  return new SupervisedStreams({ streams, states, queue });
};

describe('a receiver that has taken nothing for three days', () => {
  it('is paused and told so; what happens waits until it says that it is back', async () => {
    receiver.always['silent'] = 500;
    const { id, verify, standing, set } = await pushed('silent');
    await verify('first');
    await receiver.pushedTo('silent', 1);
    const { connection, prefix, signalStates, signalQueues } = world.server.stores;
    await eventually('a failure is noted', async () => (await signalStates.of(id)).failing);
    const state = JSON.stringify({ failing: Date.now() - 3 * DAYS - 1000, reason: '500' });
    await connection.redis.hset(`${prefix}{signals}:receivers`, id, state);
    expect(await standing()).toEqual({ stream_id: id, status: 'enabled' });
    const owner = await operatorOf(world.server, 'owner');
    const viewer = await operatorOf(world.server, 'viewer');
    await eventually('paused', async () => {
      await forward(id);
      return (await signalStates.of(id)).off;
    });
    expect(await standing()).toEqual({
      stream_id: id,
      status: 'paused',
      reason: 'No event was taken for 3 days',
    });
    expect(world.server.logged()).toMatch(/"client":"silent","reason":"500".*is paused from now on/);
    const metrics = await (await request(`${world.server.origin}/metrics`)).text();
    expect(metrics).toMatch(/latchkey_signal_streams_paused 1/);
    const mailed = await eventually('the mail', () =>
      world.server.mails.find(({ template }) => template === 'receiver-off'),
    );
    expect(mailed.to).toBe(owner.email);
    expect(mailed.subject).toBe('A receiver of security events is paused');
    expect(mailed.text).toMatch(/Receiver: \u2068silent\u2069[\s\S]*taken nothing for three days/);
    expect(
      world.server.mails.some(({ to, template }) => to === viewer.email && template === 'receiver-off'),
    ).toBe(false);
    await verify('second');
    const told = async () => (await said('silent')).map((one) => JSON.stringify(one));
    const update = [`${SSF}stream-updated`, { status: 'paused', reason: 'No event was taken for 3 days' }];
    await eventually('it is told', async () => (await told()).includes(JSON.stringify(update)));
    expect((await told()).some((one) => one.includes('second'))).toBe(false);
    expect(await signalQueues.count(`ssf.${id}`)).toBe(2);
    delete receiver.always['silent'];
    expect((await set('enabled')).body).toEqual({ stream_id: id, status: 'enabled' });
    await eventually('it hears again', async () => (await told()).some((one) => one.includes('second')));
    await eventually('that is noted', async () => (await signalStates.of(id)).taken);
    expect((await signalStates.of(id)).off).toBeUndefined();
  });
});

describe('a receiver whose stream the operator has paused', () => {
  it('polls, hears that and nothing else, and cannot undo it by itself', async () => {
    const { id, verify, standing, set, remove } = await stream('polling');
    await verify('waits');
    expect(await operator().pause('polling')).toBe(true);
    const paused = { status: 'paused', reason: 'The operator of this server has paused the stream' };
    const [update] = await world.events('polling', 1);
    expect(update).toMatchObject({
      sub_id: { format: 'opaque', id },
      events: { [`${SSF}stream-updated`]: paused },
    });
    const poll = (body: object) => world.call('polling', 'POST', `/ssf/poll/${id}`, body);
    expect((await poll({ returnImmediately: true })).body).toEqual({ sets: {}, moreAvailable: false });
    for (const refused of [await set('enabled'), await remove()])
      expect(refused).toMatchObject({ status: 403, body: { error: 'access_denied' } });
    expect(await standing()).toEqual({ stream_id: id, ...paused });
    expect(await operator().enable('polling')).toBe(true);
    expect(await standing()).toEqual({ stream_id: id, status: 'enabled' });
    const events = await world.events('polling', 2);
    expect(events.map((one) => one.events)).toEqual([
      { [`${SSF}verification`]: { state: 'waits' } },
      { [`${SSF}stream-updated`]: { status: 'enabled' } },
    ]);
    expect(await operator().enable('polling')).toBe(false);
  });

  it('finds it as it wanted it, once the operator has enabled it', async () => {
    const { id, standing, set } = await stream('own');
    expect(await operator().pause('own')).toBe(true);
    expect((await set('paused')).status).toBe(200);
    expect(await operator().enable('own')).toBe(true);
    expect(await standing()).toEqual({ stream_id: id, status: 'paused' });
    expect((await set('enabled')).body).toEqual({ stream_id: id, status: 'enabled' });
  });

  it('that it had paused itself for days counts nothing against it that failed before', async () => {
    const { id, set } = await pushed('rested');
    const { signalStates } = world.server.stores;
    await signalStates.note(id, 'failed', '500', 3 * DAYS);
    expect((await signalStates.of(id)).failing).toBeDefined();
    await set('paused');
    await set('enabled');
    expect(await signalStates.of(id)).not.toMatchObject({ failing: expect.any(Number) });
  });

  it('stays the operator’s where it had paused itself by silence', async () => {
    const { id, set } = await pushed('pushed');
    const { signalStates } = world.server.stores;
    expect(await signalStates.note(id, 'failed', '500', 0)).toBe(true);
    expect((await signalStates.of(id)).off).toMatchObject({ why: 'silent' });
    expect(await operator().pause('pushed')).toBe(true);
    expect(await operator().pause('pushed')).toBe(false);
    expect((await set('enabled')).status).toBe(403);
    expect(await signalStates.switch(id, 'on', 'silent')).toBe(false);
    expect((await signalStates.of(id)).off).toMatchObject({ why: 'operator' });
  });
});

describe('what is kept of how a receiver is', () => {
  it('goes with its stream, also where it was noted too late', async () => {
    const { signalStates } = world.server.stores;
    await signalStates.note('a-stream-that-is-gone', 'taken', '', 1);
    await eventually('forgotten', async () => !(await signalStates.all()).has('a-stream-that-is-gone'));
  });
});
