/** How the newest tries to tell a receiver went: of webhooks, and of streams. */
import { z } from 'zod';
import type { ReceiverState } from '../notices/receiver-states.ts';
import { time, timeOrNull } from './schemas.ts';

export const triesShown = {
  last_taken_at: time.nullable(),
  failing_since: time.nullable(),
  last_failure: z
    .string()
    .nullable()
    .describe('A status, or what went wrong; null: the newest try was taken'),
};

export const showTries = ({ taken, failing, reason }: ReceiverState) => ({
  last_taken_at: timeOrNull(taken),
  failing_since: timeOrNull(failing),
  last_failure: reason ?? null,
});
