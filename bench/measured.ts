/** What was measured last for the documents: one file of figures, and the table and the picture that are made of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chart } from './chart.ts';
import { type Machine, wordsOf } from './machine.ts';
import { withMarked } from './marked.ts';
import { type Result, report } from './report.ts';
import { withScale } from './scale.ts';
import { type Tail, withTail } from './tail-figures.ts';

/** As `npm run bench -- --json` writes it. */
export interface Measured extends Machine {
  readonly rounds: number;
  readonly requests: number;
  readonly atOnce: number;
  readonly results: readonly Result[];
}

const ROOT = join(import.meta.dirname, '..');
export const [FIGURES, TAIL, TABLE, PICTURE, SCALE] = [
  'docs/benchmark.json',
  'docs/benchmark-tail.json',
  'docs/benchmark.md',
  'docs/img/cost.svg',
  'docs/scale.md',
] as const;
const MARKS = ['<!-- figures: npm run bench -- --docs -->', '<!-- end of figures -->'] as const;

export function pictureOf({ day, node, redis, machine, rounds, results }: Measured): string {
  return chart(results, `${day}, Node.js ${node}, Redis ${redis}, ${machine}, median of ${rounds} rounds.`);
}

/** @param page with the marks between which the table stands */
export function withFigures(page: string, measured: Measured): string {
  return withMarked(page, MARKS, tableOf(measured));
}

function tableOf(measured: Measured): string {
  const { rounds, requests, atOnce, results } = measured;
  const how = `${rounds} rounds of ${requests} requests, ${atOnce} at once`;
  return `${wordsOf(measured)}; ${how}.\n\n${report(results)}\n`;
}

/** Writes the tables and the picture anew, of the figures that are kept. */
export function writeDocuments(): void {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  const measured = JSON.parse(read(FIGURES)) as Measured;
  const tail = JSON.parse(read(TAIL)) as Tail;
  writeFileSync(join(ROOT, PICTURE), pictureOf(measured));
  writeFileSync(join(ROOT, TABLE), withTail(withFigures(read(TABLE), measured), tail));
  writeFileSync(join(ROOT, SCALE), withScale(read(SCALE), measured));
}

/** The figures are kept in this file from now on, and the documents show them. */
export function keepFigures(file: typeof FIGURES | typeof TAIL, figures: Measured | Tail): void {
  writeFileSync(join(ROOT, file), `${JSON.stringify(figures, rounded, 1)}\n`);
  writeDocuments();
}

/** Three digits behind the point tell all. */
function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
