/** How long the slowest polls wait at four fifths of the highest rate, as a table. */
import { KINDS, type Kind, LABELS } from './kinds.ts';
import { type Machine, wordsOf } from './machine.ts';
import { withMarked } from './marked.ts';
import { median } from './report.ts';

/** Of one round of one server. */
export interface Waits {
  /** Polls in a second: the most that were answered one after the other, and those that were asked and answered at planned times. */
  highest: number;
  asked: number;
  answered: number;
  /** Milliseconds from the planned time to the answer, for that share of the polls; and the longest. */
  p50: number;
  p99: number;
  p999: number;
  longest: number;
}

/** As it is kept for the documents. */
export interface Tail extends Machine {
  readonly rounds: number;
  readonly polls: number;
  readonly waits: Partial<Record<Kind, readonly Waits[]>>;
}

const MARKS = ['<!-- tail: npm run bench:tail -- --docs -->', '<!-- end of tail -->'] as const;
const HEAD = [
  '| server | highest polls/s | asked/s | answered/s | p50 ms | p99 ms (of the rounds) | p99.9 ms | longest ms |',
  '| --- | --: | --: | --: | --: | --: | --: | --: |',
];

/** @param page with the marks between which the table stands */
export function withTail(page: string, tail: Tail): string {
  return withMarked(page, MARKS, tailTable(tail));
}

/** Medians of the rounds, and the longest wait of all. */
export function tailTable(tail: Tail): string {
  const { rounds, polls, waits } = tail;
  const rows = KINDS.filter((kind) => waits[kind]).map((kind) => row(kind, waits[kind] ?? []));
  return [`${wordsOf(tail)}; ${rounds} rounds of ${polls} polls.`, '', ...HEAD, ...rows, ''].join('\n');
}

function row(kind: Kind, rounds: readonly Waits[]): string {
  const all = (what: keyof Waits) => rounds.map((waits) => waits[what]);
  const of = (what: keyof Waits, digits: number) => median(all(what)).toFixed(digits);
  const range = `${Math.min(...all('p99')).toFixed(1)} … ${Math.max(...all('p99')).toFixed(1)}`;
  const cells = [
    LABELS[kind],
    ...[of('highest', 0), of('asked', 0), of('answered', 0)],
    ...[of('p50', 1), `${of('p99', 1)} (${range})`, of('p999', 1)],
    Math.max(...all('longest')).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}
