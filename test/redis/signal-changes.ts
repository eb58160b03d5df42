/** Changes around receivers of security events that `every-change.ts` goes through. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { StreamSettings } from '../../src/signals/signal-stream.ts';
import { randomId, type TestStores } from '../support/test-stores.ts';

export const newStream = (clientId: string = randomId()): StreamSettings => ({
  clientId,
  id: randomId(),
  delivery: { method: 'poll' },
  status: 'enabled',
});

export const newSignal = () => ({
  event: 'urn:example:event',
  subject: { format: 'opaque', id: randomId() },
  fields: {},
  issued: 1,
});

export async function signalChanges(
  { signalQueues, signalStreams, signalStates, relyingClients }: TestStores,
  accountId: AccountId,
): Promise<void> {
  expect((await relyingClients.of(accountId)).includes('a client that no owner uses')).toBe(false);
  const stream = newStream();
  expect(await signalStreams.write(stream)).toBe('written');
  expect(await signalStreams.write({ ...stream, id: randomId() })).toBe('exists');
  const found = async () => (await signalStreams.all()).find(({ clientId }) => clientId === stream.clientId);
  const before = await found();
  expect(before).toMatchObject(stream);
  const paused = { ...stream, status: 'paused' } as const;
  expect(await signalStreams.write(paused, before?.version)).toBe('written');
  expect(await signalStreams.write(stream, before?.version)).toBe('changed');
  expect(await found()).toMatchObject({ ...paused, since: before?.since });
  const queue = `ssf.${stream.id}`;
  for (const end of ['1-0', '2-0', '3-0'])
    expect(await signalQueues.add(queue, { accountId, end, body: newSignal() })).toBe(0);
  const taken = [await signalQueues.take(queue), await signalQueues.take(queue)];
  expect(await signalQueues.areDue(queue)).toBe(true);
  const [one, other] = taken.map((notice) => ({ id: notice?.id ?? '' }));
  await signalQueues.settle(queue, [
    { id: one?.id ?? '' },
    { id: other?.id ?? '', refused: 'invalid_key' },
    { id: 'gone' },
  ]);
  expect(await signalQueues.count(queue)).toBe(1);
  const dead = await signalQueues.deadIds(queue, { most: 10 });
  expect(await signalQueues.deadOf(queue, dead)).toMatchObject([
    { id: other?.id, reason: 'invalid_key', tries: 1 },
  ]);
  await signalQueues.clear(queue);
  expect(await signalStates.note(stream.id, 'failed', '500', 0)).toBe(true);
  expect((await signalStates.of(stream.id)).off).toMatchObject({ why: 'silent' });
  expect(await signalStates.switch(stream.id, 'off')).toBe(true);
  expect(await signalStates.switch(stream.id, 'on', 'silent')).toBe(false);
  expect(await signalStates.switch(stream.id, 'on', 'operator')).toBe(true);
  expect(await signalStates.note(stream.id, 'failed', '500', 60_000)).toBe(false);
  expect(await signalStates.switch(stream.id, 'on')).toBe(false);
  expect((await signalStates.of(stream.id)).failing).toBeUndefined();
  await signalStates.forget(stream.id);
  expect(await signalStates.of(stream.id)).toEqual({});
  expect([await signalQueues.count(queue), await signalQueues.countDead(queue)]).toEqual([0, 0]);
  await signalStreams.remove(stream.clientId);
  expect(await found()).toBeUndefined();
  expect(await signalStreams.write(stream, before?.version)).toBe('gone');
}

/** What a thief of a dump would look for. */
export async function streamInDump(
  { signalStreams }: TestStores,
  mark: (what: string) => string,
): Promise<void> {
  const delivery = {
    method: 'push',
    url: `https://${mark('receiver of events')}.example/`,
    authorization: mark('header for a receiver'),
  } as const;
  const stream = { ...newStream(mark('client that hears of events')), delivery };
  expect(await signalStreams.write({ ...stream, description: mark('description of a stream') })).toBe(
    'written',
  );
}
