import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { gatherWrites } from '../../src/redis/gathered-writes.ts';

/** What the other end of a stream receives, piece by piece. */
function pieces(): { stream: PassThrough; received: string[] } {
  const stream = new PassThrough();
  const received: string[] = [];
  stream.on('data', (piece: Buffer) => received.push(piece.toString()));
  gatherWrites(stream);
  return { stream, received };
}

it('sends what is written within one turn in one piece, in its order', async () => {
  const { stream, received } = pieces();
  for (const text of ['one ', 'two ', 'thrée']) stream.write(text);
  await nextTurn();
  expect(received).toEqual(['one two thrée']);
});

it('does not wait for the next turn', async () => {
  const { stream, received } = pieces();
  stream.write('one');
  await nextTurn();
  stream.write('two');
  await nextTurn();
  expect(received).toEqual(['one', 'two']);
});

it('keeps the order where bytes, or writes that want to hear of their end, come between', async () => {
  const { stream, received } = pieces();
  stream.write('one ');
  stream.write(Buffer.from('two '));
  stream.write('three ');
  const done = new Promise((resolve) => stream.write('four ', resolve));
  stream.write('five');
  await done;
  await nextTurn();
  expect(received.join('')).toBe('one two three four five');
});

it('says nothing to a stream that has broken in the meantime', async () => {
  const { stream, received } = pieces();
  const errors: Error[] = [];
  stream.on('error', (error) => errors.push(error));
  stream.write('too late');
  stream.end();
  await nextTurn();
  expect(errors).toEqual([]);
  expect(received).toEqual([]);
});
