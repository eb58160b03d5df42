/**
 * What is under way while everything of an account is ended, in 10,000 random orders: the long form of
 * `test/races/races.test.ts`.
 *
 *   npm run check:races -- [--rounds <how many>] [--seed <number>]
 */
import { parseArgs } from 'node:util';
import { manyRaces } from '../test/races/many-races.ts';
import { openRaceWorld } from '../test/races/race-world.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { withRedis } from './redis-for-check.ts';
import { runChecks } from './run-checks.ts';

const OPTION = { type: 'string', default: '10000' } as const;
const { values } = parseArgs({ options: { rounds: OPTION }, strict: false });
const rounds = Number(values.rounds);

const races: Check = {
  name: 'races',
  claim: `in ${rounds} random orders over two processes, nothing older than the end of everything is accepted after it`,
  run: (on) => withRedis(() => raceAll(on)),
};

async function raceAll({ random, say }: CheckRun): Promise<Findings> {
  const world = await openRaceWorld();
  try {
    const seed = random.whole(0, 2 ** 30);
    const onRound = (round: number) => {
      if (round % 500 === 0) say(`${round} rounds`);
    };
    const { failed, orders, commands } = await manyRaces(world, { rounds, seed, onRound });
    const figures = { rounds, 'different orders': orders, 'commands put in order': commands };
    return { figures, violations: failed };
  } finally {
    await world.close();
  }
}

await runChecks([races], { rounds: OPTION });
