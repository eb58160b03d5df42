/**
 * 1,000 accounts guess at user codes: the long form of `test/security/code-guessing.test.ts`.
 *
 *   npm run check:guessing -- [--seed <number>]
 */
import { USER_CODES } from '../src/limits/user-code-space.ts';
import { guessingAttack, LIVE, SUSPECTED } from '../test/security/guessing-attack.ts';
import { testStores } from '../test/support/test-stores.ts';
import type { Check, CheckRun, Findings } from './check.ts';
import { withRedis } from './redis-for-check.ts';
import { runChecks } from './run-checks.ts';

const guessing: Check = {
  name: 'guessing',
  claim: '100,000 guesses at 10,000 live codes stay below the computed bound, and hold up no honest owner',
  run: (on) => withRedis(() => guess(on)),
};

async function guess({ random }: CheckRun): Promise<Findings> {
  // Counters are held against the bound here, not the speed of the machine.
  const stores = await testStores({ timeout: 60_000 });
  try {
    const { allowed, tried, wrong, hits, honest } = await guessingAttack(stores, { rounds: 100, random });
    const chance = LIVE / SUSPECTED;
    const expected = (allowed * chance) / (1 - chance);
    const bound = Math.floor(expected + 4 * Math.sqrt(expected));
    const heldUp = [...honest.sure, ...honest.unsure].filter((outcome) => outcome === 'wait').length;
    return {
      figures: {
        'guesses tried': tried,
        'evaluated and wrong': wrong,
        'allowed by the formula': allowed,
        [`hits, where 1 in ${SUSPECTED / LIVE} is live`]: `${hits} (bound ${bound})`,
        'chance of any hit among 20^8': `1 in ${Math.round(USER_CODES / (wrong * LIVE))}`,
        'honest owners held up': `${heldUp} of ${honest.sure.length * 2}`,
      },
      violations: [
        ...(wrong > allowed ? [`${wrong} wrong guesses were evaluated`] : []),
        ...(hits > bound ? [`${hits} guesses were right`] : []),
        ...(heldUp > 0 ? [`${heldUp} honest owners had to wait`] : []),
      ],
    };
  } finally {
    await stores.connection.close();
  }
}

await runChecks([guessing]);
