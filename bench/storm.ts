/**
 * How long a town takes to come back after a power cut, with the same `Retry-After` for all and with one that is spread.
 *
 *   npm run bench:storm -- [--seed 1] [--refresh 0.4] [--arrival 0.15] [--boot 5]
 */
import { parseArgs } from 'node:util';
import { MODES, row, TOWNS } from './storm-rows.ts';
import { simulate } from './storm-town.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    refresh: { type: 'string', default: '0.4' },
    arrival: { type: 'string', default: '0.15' },
    boot: { type: 'string', default: '5' },
  },
});
const common = {
  seed: Number(values.seed),
  refresh: Number(values.refresh),
  arrival: Number(values.arrival),
  boot: Number(values.boot),
};
const say = (line: string) => process.stdout.write(`${line}\n`);
say(
  `seed ${common.seed}; a refresh takes ${common.refresh} ms of a process, an arrival ${common.arrival} ms; all start within ${common.boot} s\n`,
);
say(
  '| devices | processes | Retry-After | all back after s | requests for each device | refused | unheard | an owner waits, p99 ms |',
);
say('| --: | --: | --- | --: | --: | --: | --: | --: |');
for (const town of TOWNS) {
  for (const mode of MODES) say(row(town, mode, simulate({ ...common, ...town, mode })));
}
