/** Figures as a Markdown table. */
import type { Counts } from './round-trips.ts';

export interface Pair {
  /** Requests per second. */
  latchkey: number;
  plain: number;
}

export interface Result {
  name: string;
  /** One for each round. */
  pairs: readonly Pair[];
  /** Per request. */
  counts: { latchkey: Counts; plain: Counts };
}

const HEAD = [
  '| request | Latchkey req/s (median) | plain req/s (median) | ratio median | ratio min … max | Redis round trips, Latchkey / plain | commands sent, Latchkey / plain |',
  '| --- | --: | --: | --: | --: | --: | --: |',
];

export function report(results: readonly Result[]): string {
  return [...HEAD, ...results.map(row)].join('\n');
}

function row({ name, pairs, counts }: Result): string {
  const ratios = pairs.map(({ latchkey, plain }) => latchkey / plain);
  const { latchkey, plain } = counts;
  const cells = [
    name,
    median(pairs.map((pair) => pair.latchkey)).toFixed(0),
    median(pairs.map((pair) => pair.plain)).toFixed(0),
    median(ratios).toFixed(2),
    `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`,
    `${short(latchkey.trips)} / ${short(plain.trips)}`,
    `${short(latchkey.commands)} / ${short(plain.commands)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const short = (value: number) => String(Math.round(value * 10) / 10);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
