/** `npm run docs`: writes the rows of settings in the documents anew, see `documented-settings.ts`, and the figures of the benchmark. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDocuments } from '../../bench/measured.ts';
import { withCurrentDefaults, withCurrentSettings } from './documented-settings.ts';

const ROOT = join(import.meta.dirname, '../..');

for (const [file, current] of [
  ['docs/operations.md', withCurrentSettings],
  ['.env.example', withCurrentDefaults],
] as const) {
  const path = join(ROOT, file);
  writeFileSync(path, current(readFileSync(path, 'utf8')));
}

writeDocuments();
