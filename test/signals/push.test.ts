import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventReceiver } from '../support/event-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { PUSH, receiverClient, type SignalsWorld, signalsWorld } from './signals-world.ts';

const HEADER = 'Bearer a secret of the receiver';
let world: SignalsWorld;
let receiver: EventReceiver;
beforeAll(async () => {
  receiver = await EventReceiver.start();
  world = await signalsWorld(
    (issuer) => ['plain', 'final', 'busy', 'locked', 'odd', 'away'].map((id) => receiverClient(issuer, id)),
    { EGRESS_ALLOW: '127.0.0.0/8' },
  );
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});

async function stream(client: string) {
  const delivery = {
    method: PUSH,
    endpoint_url: receiver.url(client),
    authorization_header: HEADER,
  };
  const { status, body } = await world.call(client, 'POST', '/ssf/streams', { delivery });
  expect(status).toBe(201);
  const id: string = body.stream_id;
  return {
    id,
    shown: body,
    queue: `ssf.${id}`,
    verify: (state: string) => world.call(client, 'POST', '/ssf/verify', { stream_id: id, state }),
    status: (to: string) => world.call(client, 'POST', '/ssf/status', { stream_id: id, status: to }),
  };
}
const pushedTo = (client: string, count: number) => receiver.pushedTo(client, count);

describe('a receiver to which events are pushed', () => {
  it('gets each with the header that it has asked for, which no answer shows', async () => {
    const { shown, verify } = await stream('plain');
    expect(JSON.stringify(shown)).not.toContain(HEADER);
    expect(shown.delivery).toEqual({ method: PUSH, endpoint_url: expect.stringContaining('/plain') });
    await verify('hello');
    const [event] = await pushedTo('plain', 1);
    expect(event?.headers).toMatchObject({
      'content-type': 'application/secevent+jwt',
      accept: 'application/json',
      authorization: HEADER,
    });
    const { events } = await world.verified(event?.body ?? '', 'plain');
    expect(Object.values(events)).toEqual([{ state: 'hello' }]);
    const poll = await world.call('plain', 'POST', `/ssf/poll/${shown.stream_id}`, {});
    expect(poll.status).toBe(400);
  });

  it('refuses one for good: it is kept for the operator under the reason, and the next one comes', async () => {
    receiver.answers['final'] = [[400, '{"err":"invalid_key","description":"secret words"}']];
    const { queue, verify } = await stream('final');
    await verify('refused');
    const { signalQueues } = world.server.stores;
    const dead = await eventually('the refused event', async () => {
      const ids = await signalQueues.deadIds(queue, { most: 10 });
      return ids.length > 0 ? signalQueues.deadOf(queue, ids) : undefined;
    });
    expect(dead).toMatchObject([{ reason: 'invalid_key', body: { fields: { state: 'refused' } } }]);
    await verify('next');
    await pushedTo('final', 2);
    expect(await signalQueues.countDead(queue)).toBe(1);
    expect(world.server.logged()).toContain('invalid_key');
    expect(world.server.logged()).not.toContain('secret words');
  });

  it('gets one again that it could not take now, under the same name', async () => {
    receiver.answers['busy'] = [[503]];
    receiver.answers['locked'] = [[400, '{"err":"authentication_failed"}']];
    receiver.answers['odd'] = [[400, '<html>']];
    const all = ['busy', 'locked', 'odd'];
    for (const client of all) await (await stream(client)).verify('again');
    for (const client of all) {
      const tries = await pushedTo(client, 2);
      const [first, second] = await Promise.all(tries.map(({ body }) => world.verified(body, client)));
      expect([first?.jti, second]).toEqual([expect.any(String), first]);
    }
  });

  it('that was away gets what was given up meanwhile when it says that it is back, and not what it refused', async () => {
    const { queue, verify, status } = await stream('away');
    await status('paused');
    const { signalQueues } = world.server.stores;
    // What was taken to be pushed before the pause was heard of is none of these.
    const giveUp = async (state: string, reason: string) => {
      await verify(state);
      const taken = await eventually('the event', () => signalQueues.take(queue));
      await signalQueues.deadLetter(queue, taken, reason);
    };
    await giveUp('missed', '500');
    await giveUp('refused', 'invalid_key');
    expect(receiver.at('away')).toEqual([]);
    await status('enabled');
    const [event] = await pushedTo('away', 1);
    const { events } = await world.verified(event?.body ?? '', 'away');
    expect(Object.values(events)).toEqual([{ state: 'missed' }]);
    expect(await signalQueues.countDead(queue)).toBe(1);
  });
});
