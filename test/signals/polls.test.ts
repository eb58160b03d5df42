import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { receiverClient, type SignalsWorld, signalsWorld } from './signals-world.ts';

let world: SignalsWorld;
beforeAll(async () => {
  world = await signalsWorld((issuer) =>
    ['acks', 'refuses', 'invents', 'waits', 'paused', 'many', 'crowd', 'dies'].map((id) =>
      receiverClient(issuer, id),
    ),
  );
});
afterAll(() => world.close());

async function stream(client: string) {
  const { body } = await world.call(client, 'POST', '/ssf/streams', {});
  const id: string = body.stream_id;
  const path = new URL(body.delivery.endpoint_url).pathname;
  return {
    id,
    poll: (asked: object = { returnImmediately: true }) => world.call(client, 'POST', path, asked),
    verify: async (state: string) =>
      expect((await world.call(client, 'POST', '/ssf/verify', { stream_id: id, state })).status).toBe(204),
    status: (status: string) => world.call(client, 'POST', '/ssf/status', { stream_id: id, status }),
    waiting: () => world.server.stores.signalQueues.count(`ssf.${id}`),
  };
}
const jtis = ({ body }: { body: { sets: object } }) => Object.keys(body.sets);

describe('a receiver that polls', () => {
  it('gets no more than it asks for, hears that there is more, and what it took does not come again', async () => {
    const { poll, verify, waiting } = await stream('acks');
    for (const state of ['a', 'b', 'c']) await verify(state);
    const first = await poll({ maxEvents: 2 });
    expect([first.status, jtis(first).length, first.body.moreAvailable]).toEqual([200, 2, true]);
    const last = await poll({ maxEvents: 2, returnImmediately: true, ack: jtis(first) });
    expect([jtis(last).length, last.body.moreAvailable]).toEqual([1, false]);
    expect(await waiting()).toBe(1);
    const acked = await poll({ maxEvents: 0, ack: [...jtis(last), 'unknown', `${jtis(last)[0]}x`] });
    expect(acked.body).toEqual({ sets: {}, moreAvailable: false });
    expect(await waiting()).toBe(0);
  });

  it('refuses an event, which is kept for the operator under the reason and not sent again', async () => {
    const { id, poll, verify, waiting } = await stream('refuses');
    await verify('a');
    await verify('b');
    const [one = '', two = ''] = jtis(await poll());
    const errors = { [one]: { err: 'invalid_key', description: 'x' }, [two]: { err: 'what\never' } };
    await poll({ returnImmediately: true, setErrs: errors });
    expect(await waiting()).toBe(0);
    const { signalQueues } = world.server.stores;
    const ids = await signalQueues.deadIds(`ssf.${id}`, { most: 10 });
    const dead = await signalQueues.deadOf(`ssf.${id}`, ids);
    expect(dead.map(({ reason }) => reason).sort()).toEqual(['invalid_key', 'refused']);
  });

  it('names what no event is called, and hears nothing worse than that there is nothing', async () => {
    const { id, poll, verify, waiting } = await stream('invents');
    await verify('a');
    const [one = ''] = jtis(await poll());
    const invented = ['taken', 'stream', '', 'stream.'].map((name) => `${id}.${name}`);
    const errors = Object.fromEntries(invented.map((name) => [name, { err: 'invalid_key' }]));
    for (const asked of [{ setErrs: errors }, { ack: [one, ...invented] }]) {
      const answer = await poll({ returnImmediately: true, ...asked });
      expect([answer.status, answer.body]).toEqual([200, { sets: {}, moreAvailable: false }]);
    }
    expect(await waiting()).toBe(0);
  });

  it('waits for an event where it says nothing else, and is answered with it', async () => {
    const { poll, verify } = await stream('waits');
    const held = poll({});
    const immediate = await poll();
    expect(immediate.body).toEqual({ sets: {}, moreAvailable: false });
    await verify('late');
    expect(jtis(await held)).toHaveLength(1);
  });

  it('that has died with an event gets it again, under the same name, once it is held no more', async () => {
    const { id, poll, verify } = await stream('dies');
    await verify('lost');
    const [first] = jtis(await poll());
    expect(jtis(await poll())).toEqual([]);
    const { connection, prefix } = world.server.stores;
    const due = `${prefix}{notices:ssf.${id}}:due`;
    // As it is a minute later.
    for (const held of await connection.redis.zrange(due, '0', '-1'))
      await connection.redis.zadd(due, '0', held);
    expect(jtis(await poll())).toEqual([first]);
  });

  it('has two polls that wait at most, however many come at once', async () => {
    const { poll, verify } = await stream('crowd');
    const answered: object[] = [];
    const polls = Array.from({ length: 5 }, async () =>
      answered.push((await poll({ maxEvents: 1 })).body.sets),
    );
    await eventually('what is answered at once', () => answered.length >= 3);
    for (const state of ['one', 'other']) await verify(state);
    await Promise.all(polls);
    expect(answered.map((sets) => Object.keys(sets).length)).toEqual([0, 0, 0, 1, 1]);
  });

  it('hears nothing while its stream is paused, and then what had waited; of a disabled one nothing', async () => {
    const { poll, verify, status, waiting } = await stream('paused');
    await status('paused');
    await verify('kept');
    expect(jtis(await poll())).toEqual([]);
    await status('enabled');
    expect(jtis(await poll())).toHaveLength(1);
    await status('disabled');
    expect(await waiting()).toBe(0);
    await status('enabled');
    expect(jtis(await poll())).toEqual([]);
  });

  it('is given each event once, by however many polls at once', async () => {
    const { poll, verify } = await stream('many');
    for (let n = 0; n < 10; n += 1) await verify(`${n}`);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => poll({ maxEvents: 4, returnImmediately: true })),
    );
    const all = answers.flatMap(jtis);
    expect([all.length, new Set(all).size]).toEqual([10, 10]);
  });

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['less than nothing', { maxEvents: -1 }],
    ['a word for a number', { maxEvents: 'x' }],
    ['a word for a list', { ack: 'x' }],
    ['an error without its name', { setErrs: { x: 1 } }],
    ['a word for yes', { returnImmediately: 'yes' }],
    ['too many names', { ack: Array.from({ length: 1001 }, () => 'x') }],
  ])('is refused %s', async (_, asked) => {
    const [{ delivery }] = (await world.call('many', 'GET', '/ssf/streams')).body;
    const answer = await world.call('many', 'POST', new URL(delivery.endpoint_url).pathname, asked);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('is answered when the server stops', async () => {
    const stopped = await signalsWorld((issuer) => [receiverClient(issuer, 'stops')]);
    const { body } = await stopped.call('stops', 'POST', '/ssf/streams', {});
    const poll = () => stopped.call('stops', 'POST', new URL(body.delivery.endpoint_url).pathname, {});
    const polls = [poll(), poll(), poll()];
    // Two of one stream are held at once: with the answer of the third they are.
    await Promise.race(polls);
    const [answers] = await Promise.all([Promise.all(polls), stopped.close()]);
    expect(answers.map(({ status, body: said }) => [status, said.sets])).toEqual(polls.map(() => [200, {}]));
  });
});
