/** What was measured last for the documents: one file of figures, and the table and the picture that are made of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chart } from './chart.ts';
import { type Result, report } from './report.ts';
import { withScale } from './scale.ts';

/** As `npm run bench -- --json` writes it. */
export interface Measured {
  readonly rounds: number;
  readonly requests: number;
  readonly atOnce: number;
  readonly day: string;
  readonly machine: string;
  readonly node: string;
  readonly redis: string;
  /** Of the machine, over 1, 5 and 15 minutes, when all was done. */
  readonly load: readonly number[];
  readonly results: readonly Result[];
}

const ROOT = join(import.meta.dirname, '..');
export const [FIGURES, TABLE, PICTURE, SCALE] = [
  'docs/benchmark.json',
  'docs/benchmark.md',
  'docs/img/cost.svg',
  'docs/scale.md',
] as const;
const [BEGIN, END] = ['<!-- figures: npm run bench -- --docs -->', '<!-- end of figures -->'] as const;

export function pictureOf({ day, node, redis, machine, rounds, results }: Measured): string {
  return chart(results, `${day}, Node.js ${node}, Redis ${redis}, ${machine}, median of ${rounds} rounds.`);
}

/** @param page with the marks between which the table stands */
export function withFigures(page: string, measured: Measured): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${TABLE} has no place for the figures`);
  return `${page.slice(0, begin)}${BEGIN}\n${tableOf(measured)}\n${page.slice(end)}`;
}

function tableOf({ day, node, redis, machine, rounds, requests, atOnce, load, results }: Measured): string {
  const on = `${day}, ${machine}, Node.js ${node}, Redis ${redis}, load of the machine ${load[0]?.toFixed(1)}`;
  return `${on}; ${rounds} rounds of ${requests} requests, ${atOnce} at once.\n\n${report(results)}\n`;
}

/** Writes the tables and the picture anew, of the figures that are kept. */
export function writeDocuments(): void {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  const measured = JSON.parse(read(FIGURES)) as Measured;
  writeFileSync(join(ROOT, PICTURE), pictureOf(measured));
  writeFileSync(join(ROOT, TABLE), withFigures(read(TABLE), measured));
  writeFileSync(join(ROOT, SCALE), withScale(read(SCALE), measured));
}

/** The figures are kept from now on, and the documents show them. */
export function keepFigures(measured: Measured): void {
  writeFileSync(join(ROOT, FIGURES), `${JSON.stringify(measured, rounded, 1)}\n`);
  writeDocuments();
}

/** Three digits behind the point tell all. */
function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
