import type { ReceiverState } from '../../notices/receiver-states.ts';
import { formatTime } from './times.ts';

/** At the end of a line about one of those who are told; `''`: the newest try was taken. */
export const failingSince = ({ failing, reason = '' }: ReceiverState): string =>
  failing === undefined ? '' : `, takes nothing since ${formatTime(failing)} (${reason})`;
