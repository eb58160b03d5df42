/** How long a town takes to come back, as the documents say it, is what the lines and times of this server make of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { row, TOWNS } from '../../bench/storm-rows.ts';
import { simulate } from '../../bench/storm-town.ts';

const SCALE = readFileSync(join(import.meta.dirname, '../../docs/scale.md'), 'utf8');
const AS_DOCUMENTED = { seed: 1, refresh: 0.4, arrival: 0.15, boot: 5 };

it.each(TOWNS)(
  'an operator of $devices devices on $processes processes reads how this server lets them come back (`npm run bench:storm`)',
  (town) => {
    const storm = simulate({ ...AS_DOCUMENTED, ...town, mode: 'spread' });
    expect(SCALE.split('\n')).toContain(row(town, 'spread', storm));
  },
);
