/** Where a server dies on the way from a change to a webhook that was taken. */
import { allScripts } from '../../src/redis/script-texts.ts';

/** Scripts and commands of the way, in its order. */
const SENT = [
  'announceChange',
  'endSession',
  'readUnnoticed',
  'queueNotice',
  'markNoticed',
  'takeNotice',
  'noteTry',
  'endNotice',
  'settlePending',
  'xdel',
] as const;

export type Sent = (typeof SENT)[number];

/** `before`: Redis has not seen it; `after`: Redis has done it, and the server does not know. */
export type Step = `${Sent} ${'before' | 'after'}` | 'asked' | 'taken';

export const STEPS: readonly Step[] = [
  ...SENT.flatMap((sent): Step[] => [`${sent} before`, `${sent} after`]),
  // The receiver has the request and has not answered; it has answered.
  'asked',
  'taken',
];

/** What of it stands in the bytes that a server sends. */
export function markOf(sent: Sent): string {
  return sent === 'xdel' ? 'xdel' : allScripts()[sent].digest;
}
