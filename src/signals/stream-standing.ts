/** How a stream stands: as its receiver wants it, unless the operator has paused it or it took nothing for too long. */
import { randomUUID } from 'node:crypto';
import type { NoticeQueue } from '../notices/notice-queue.ts';
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

/**
 * Its receiver hears that this server has changed how the stream stands (Shared Signals Framework 1.0 section 8.1.5).
 * @param off absent: it goes on
 */
export async function tellUpdate(
  queue: Pick<NoticeQueue<SignalBody>, 'add'>,
  streamId: string,
  off: ReceiverState['off'],
): Promise<void> {
  await queue.add(off ? updatesName(streamId) : queueName(streamId), {
    accountId: 'stream',
    end: `${UPDATED}.${off?.at ?? randomUUID()}`,
    body: {
      event: STREAM_UPDATED,
      subject: { format: 'opaque', id: streamId },
      fields: off ? { status: 'paused', reason: REASONS[off.why] } : { status: 'enabled' },
      issued: Math.floor(Date.now() / 1000),
    },
  });
}
