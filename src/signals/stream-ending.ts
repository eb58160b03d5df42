import type { FetchedQueue } from '../notices/notice-queue.ts';
import type { ReceiverStates } from '../notices/receiver-states.ts';
import type { SignalBody } from './signal-body.ts';
import { queueName, type SignalStream, type SignalStreamStore } from './signal-stream.ts';
import { updatesName } from './stream-standing.ts';

interface StreamEndingParts {
  readonly streams: Pick<SignalStreamStore, 'remove'>;
  readonly states: Pick<ReceiverStates, 'forget'>;
  readonly queue: Pick<FetchedQueue<SignalBody>, 'clear'>;
}

/** With all that waits for its receiver. Twice is once. */
export async function endStream(
  { clientId, id }: Pick<SignalStream, 'clientId' | 'id'>,
  { streams, states, queue }: StreamEndingParts,
): Promise<void> {
  // Before as well: once the stream is gone, no second call of its receiver would come to what waits.
  await queue.clear(queueName(id));
  await streams.remove(clientId);
  await queue.clear(queueName(id));
  await queue.clear(updatesName(id));
  await states.forget(id);
}
