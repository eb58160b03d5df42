import type { Remedy } from '../../alerts/remedies.ts';

const ALONE: readonly Remedy[] = [
  'nothing',
  'browser',
  'trusted-browser',
  'device',
  'app',
  'link-key',
  'recovery',
];

/** Whether the owner has to sign in again everywhere afterwards. */
export function endsEverything(remedy: Remedy): boolean {
  return !ALONE.includes(remedy);
}
