/** How a stream stands: as its receiver wants it, unless the operator has paused it or it took nothing for too long. */
import type { Notice, NoticeQueue } from '../notices/notice-queue.ts';
import type { OffReason, ReceiverState } from '../notices/receiver-states.ts';
import type { SignalBody } from './signal-body.ts';
import { queueName, type StreamSettings, type StreamStatus } from './signal-stream.ts';
import { STREAM_UPDATED } from './signal-types.ts';

interface StreamStanding {
  readonly status: StreamStatus;
  readonly reason?: string | undefined;
}

const REASONS: Readonly<Record<OffReason, string>> = {
  operator: 'The operator of this server has paused the stream',
  silent: 'No event was taken for 3 days',
  gone: 'No event was taken for 3 days',
};

/** What happens waits then, whatever its receiver wants, but where that wants nothing at all. */
export function standingOf(
  { status, reason }: Pick<StreamSettings, 'status' | 'reason'>,
  { off }: ReceiverState,
): StreamStanding {
  return status === 'disabled' || !off ? { status, reason } : { status: 'paused', reason: REASONS[off.why] };
}

/** The queue of what a receiver hears of its stream itself while that is paused here. */
export const updatesName = (streamId: string) => `${queueName(streamId)}.updates`;

/** Begins the names of such notices in their queue. */
const UPDATED = 'updated';

export const isUpdate = (noticeId: string) => noticeId.startsWith(`stream.${UPDATED}.`);

type Updates = Pick<NoticeQueue<SignalBody>, 'add'>;
type Pause = NonNullable<ReceiverState['off']>;

/** Its receiver hears that this server has changed how the stream stands (Shared Signals Framework 1.0 section 8.1.5). */
export const tellPaused = (queue: Updates, streamId: string, { at, why }: Pause) =>
  queue.add(
    updatesName(streamId),
    updateOf(streamId, `${UPDATED}.${at}`, { status: 'paused', reason: REASONS[why] }),
  );

/** @param pause that is over */
export const tellEnabled = (queue: Updates, streamId: string, { at }: Pause) =>
  queue.add(queueName(streamId), updateOf(streamId, `${UPDATED}.on.${at}`, { status: 'enabled' }));

/** The same pause is told once. */
const updateOf = (streamId: string, end: string, fields: SignalBody['fields']): Notice<SignalBody> => ({
  accountId: 'stream',
  end,
  body: {
    event: STREAM_UPDATED,
    subject: { format: 'opaque', id: streamId },
    fields,
    issued: Math.floor(Date.now() / 1000),
  },
});
