/** A part of the crowd in a process of its own: one process may hold 20,000 connections on many systems. */
import { Crowd, type CrowdOrder, type CrowdOutcome, type Progress } from './crowd.ts';

export type FromCrowd = { progress: Progress } | { outcome: CrowdOutcome };

/** Milliseconds. */
const TELL_EVERY = 1000;

process.on('message', async (order: CrowdOrder) => {
  const crowd = new Crowd(order);
  const tell = (said: FromCrowd) => process.send?.(said);
  const telling = setInterval(() => tell({ progress: crowd.progress }), TELL_EVERY);
  const outcome = await crowd.run();
  clearInterval(telling);
  tell({ outcome });
});
process.on('disconnect', () => process.exit());
