/** How long the slowest polls wait at four fifths of the highest rate, as a table. */
import { KINDS, type Kind, LABELS } from './kinds.ts';
import { type Machine, wordsOf } from './machine.ts';
import { withMarked } from './marked.ts';
import { median } from './report.ts';

/** Of one round of one server. */
export interface Waits {
  /** Polls in a second: the most that were held, and those that were asked and answered at four fifths of it. */
  highest: number;
  asked: number;
  answered: number;
  /** Share of the server's core that it used at the highest rate: near 1, where it is what sets that rate. */
  busy: number;
  /** So often the round began anew: the highest rate was held before it, and no longer after it. */
  again: number;
  /** Microseconds of processor time of a poll. */
  server: number;
  redis: number;
  /** The load generator's. */
  load: number;
  /** Milliseconds from the planned time to the answer, for that share of the polls; and the longest. */
  p50: number;
  p99: number;
  p999: number;
  longest: number;
}

/** As it is kept for the documents. */
export interface Tail extends Machine {
  readonly rounds: number;
  readonly seconds: number;
  readonly waits: Partial<Record<Kind, readonly Waits[]>>;
}

const MARKS = ['<!-- tail: npm run bench:tail -- --docs -->', '<!-- end of tail -->'] as const;
const HEAD = [
  '| server | holds polls/s | its core is busy | asked/s | answered/s | server, Redis, load µs | p50 ms | p99 ms (of the rounds) | p99.9 ms | longest ms |',
  '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
];

/** @param page with the marks between which the table stands */
export function withTail(page: string, tail: Tail): string {
  return withMarked(page, MARKS, tailTable(tail));
}

/** Medians of the rounds, and the longest wait of all. */
export function tailTable(tail: Tail): string {
  const { rounds, seconds, waits } = tail;
  const rows = KINDS.filter((kind) => waits[kind]).map((kind) => row(kind, waits[kind] ?? []));
  return [`${wordsOf(tail)}; ${rounds} rounds of ${seconds} seconds.`, '', ...HEAD, ...rows, ''].join('\n');
}

function row(kind: Kind, rounds: readonly Waits[]): string {
  const all = (what: keyof Waits) => rounds.map((waits) => waits[what]);
  const of = (what: keyof Waits, digits: number) => median(all(what)).toFixed(digits);
  const range = `${Math.min(...all('p99')).toFixed(1)} … ${Math.max(...all('p99')).toFixed(1)}`;
  const cells = [
    LABELS[kind],
    ...[of('highest', 0), `${(median(all('busy')) * 100).toFixed(0)} %`, of('asked', 0), of('answered', 0)],
    [of('server', 0), of('redis', 0), of('load', 0)].join(', '),
    ...[of('p50', 1), `${of('p99', 1)} (${range})`, of('p999', 1)],
    Math.max(...all('longest')).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}
