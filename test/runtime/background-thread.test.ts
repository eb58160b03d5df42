import { getPriority, platform } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { BackgroundThread, type ThreadManner } from '../../src/runtime/background-thread.ts';

class Ended extends Error {}

const threadThatTells = (manner?: ThreadManner) =>
  new BackgroundThread<'priority' | 'fail' | 'end', number>(
    join(import.meta.dirname, 'telling-thread.ts'),
    () => new Ended(),
    manner,
  );

/** Only Linux has priorities of threads. */
const onLinux = platform() === 'linux' ? it : it.skip;

onLinux('yields to the thread that answers everybody, which keeps its own priority', async () => {
  const before = getPriority();
  expect(await threadThatTells().ask('priority')).toBe(Math.min(19, before + 10));
  expect(getPriority()).toBe(before);
});

onLinux('keeps its priority where it is not to yield', async () => {
  expect(await threadThatTells({ yields: false }).ask('priority')).toBe(getPriority());
});

it('tells what its work threw, and goes on', async () => {
  const thread = threadThatTells();
  const [failed, answered] = await Promise.allSettled([thread.ask('fail'), thread.ask('priority')]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'asked to fail' } });
  expect(answered.status).toBe('fulfilled');
});

it('that has ended tells all who wait, and another answers the next', async () => {
  const thread = threadThatTells();
  const waiting = [thread.ask('end'), thread.ask('priority')];
  expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(waiting[1]).rejects.toBeInstanceOf(Ended);
  expect(thread.isRunning).toBe(false);
  expect(await thread.ask('priority')).toBeGreaterThan(getPriority() - 1);
});
