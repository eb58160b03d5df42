/** Where a server dies on the way from a change to what its receiver has taken. */
import type { ScriptName } from '../../src/redis/script-keys.ts';
import { allScripts } from '../../src/redis/script-texts.ts';

/** A script or a command of the way. */
export type Sent = ScriptName | 'xdel';

/** `before`: Redis has not seen it; `after`: Redis has done it, and the server does not know. */
export type Step = `${Sent} ${'before' | 'after'}` | 'asked' | 'taken';

/** In the order of the way. */
export function stepsOf(way: readonly Sent[]): Step[] {
  return [
    ...way.flatMap((sent): Step[] => [`${sent} before`, `${sent} after`]),
    // The receiver has the request and has not answered; it has answered.
    'asked',
    'taken',
  ];
}

export const STEPS: readonly Step[] = stepsOf([
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
]);

/** What of it stands in the bytes that a server sends. */
export function markOf(sent: Sent): string {
  return sent === 'xdel' ? 'xdel' : allScripts()[sent].digest;
}
