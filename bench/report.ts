/** Figures as a Markdown table. */
import { KINDS, type Kind, LABELS } from './kinds.ts';
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

export interface Result {
  name: string;
  /** One for each round of those that were asked. */
  costs: Partial<Record<Kind, readonly Cost[]>>;
  /** Per request. */
  counts: Partial<Record<Kind, Counts>>;
}

const HEAD = [
  '| request | server | req/s | ratio to plain (min … max) | server µs | Redis µs | p50 ms | p99 ms | MB held | round trips | commands |',
  '| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
];

export function report(results: readonly Result[]): string {
  const rows = results.flatMap((result) => kindsOf(result).map((kind) => row(result, kind)));
  return [...HEAD, ...rows].join('\n');
}

/** Those that were measured. */
export function kindsOf({ costs }: Result): Kind[] {
  return KINDS.filter((kind) => costs[kind] !== undefined);
}

/** The median of all rounds. */
export function figure({ costs }: Result, kind: Kind, what: keyof Cost): number {
  return median((costs[kind] ?? []).map((cost) => cost[what]));
}

function row(result: Result, kind: Kind): string {
  const of = (what: keyof Cost, digits = 0, unit = 1) => (figure(result, kind, what) / unit).toFixed(digits);
  const { trips = 0, commands = 0 } = result.counts[kind] ?? {};
  const cells = [
    kindsOf(result)[0] === kind ? result.name : '',
    LABELS[kind],
    of('rate'),
    ratioOf(result, kind),
    of('server'),
    of('redis'),
    of('p50', 1),
    of('p99', 1),
    of('memory', 0, 1e6),
    short(trips),
    short(commands),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Of rounds that were beside each other. */
function ratioOf({ costs }: Result, kind: Kind): string {
  if (kind === 'plain' || !costs.plain) return '';
  const plain = costs.plain;
  const ratios = (costs[kind] ?? []).map(({ rate }, round) => rate / (plain[round]?.rate ?? Number.NaN));
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)})`;
}

const short = (value: number) => String(Math.round(value * 10) / 10);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
