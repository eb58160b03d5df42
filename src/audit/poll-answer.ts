import type { PolledDeviceCode } from '../devices/device-code-store.ts';

/** What a device hears when it polls. */
export type PollAnswer = 'pending' | 'slow_down' | 'approved' | 'denied' | 'expired' | 'unknown';

/** What a poll of this outcome is answered with. */
export function answerTo(polled: PolledDeviceCode | undefined): PollAnswer {
  if (!polled || polled.state === 'consumed') return 'unknown';
  if (polled.left <= 0) return 'expired';
  if (polled.state !== 'pending') return polled.state;
  return polled.pace === 'slow_down' ? 'slow_down' : 'pending';
}
