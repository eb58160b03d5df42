/** The towns of `npm run bench:storm`, and what it says of each: rows of the table in docs/scale.md. */
import type { Outcome, Storm } from './storm-town.ts';

export const TOWNS = [
  { devices: 20_000, processes: 1 },
  { devices: 50_000, processes: 1 },
  { devices: 50_000, processes: 2 },
  { devices: 200_000, processes: 4 },
] as const;
export const MODES = ['same', 'spread'] as const satisfies readonly Storm['mode'][];

export function row(
  { devices, processes }: (typeof TOWNS)[number],
  mode: Storm['mode'],
  outcome: Outcome,
): string {
  const { over, requests, refused, unheard, ownersWait } = outcome;
  const cells = [
    devices.toLocaleString('en'),
    processes,
    mode === 'same' ? '3 for all' : 'spread',
    over === undefined ? 'not within 900' : over.toFixed(0),
    (requests / devices).toFixed(1),
    refused.toLocaleString('en'),
    unheard.toLocaleString('en'),
    ownersWait.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}
