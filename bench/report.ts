/** Figures as a Markdown table. */
import type { Counts } from './round-trips.ts';

/** Of one round of one side. */
export interface Cost {
  /** Requests per second. */
  rate: number;
  /** CPU time per request, in microseconds: of the server, and of Redis. */
  server: number;
  redis: number;
  /** Milliseconds until the answer: of half of the requests, and of 99 of 100. */
  p50: number;
  p99: number;
  /** Bytes that the server holds after the round. */
  memory: number;
}

export interface Pair {
  latchkey: Cost;
  plain: Cost;
}

export interface Result {
  name: string;
  /** One for each round. */
  pairs: readonly Pair[];
  /** Per request. */
  counts: { latchkey: Counts; plain: Counts };
}

const HEAD = [
  '| request | Latchkey req/s (median) | plain req/s (median) | ratio median | ratio min … max | server µs, Latchkey / plain | Redis µs, Latchkey / plain | p50 ms | p99 ms | MB held | Redis round trips, Latchkey / plain | commands sent, Latchkey / plain |',
  '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
];

export function report(results: readonly Result[]): string {
  return [...HEAD, ...results.map(row)].join('\n');
}

function row({ name, pairs, counts }: Result): string {
  const ratios = pairs.map(({ latchkey, plain }) => latchkey.rate / plain.rate);
  const { latchkey, plain } = counts;
  const cells = [
    name,
    median(pairs.map((pair) => pair.latchkey.rate)).toFixed(0),
    median(pairs.map((pair) => pair.plain.rate)).toFixed(0),
    median(ratios).toFixed(2),
    `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`,
    medians(pairs, 'server'),
    medians(pairs, 'redis'),
    medians(pairs, 'p50', 1),
    medians(pairs, 'p99', 1),
    medians(pairs, 'memory', 0, 1e6),
    `${short(latchkey.trips)} / ${short(plain.trips)}`,
    `${short(latchkey.commands)} / ${short(plain.commands)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function medians(pairs: readonly Pair[], what: keyof Cost, digits = 0, unit = 1): string {
  const of = (kind: keyof Pair) => (median(pairs.map((pair) => pair[kind][what])) / unit).toFixed(digits);
  return `${of('latchkey')} / ${of('plain')}`;
}

const short = (value: number) => String(Math.round(value * 10) / 10);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
