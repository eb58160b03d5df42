/** `npm run check:guessing [-- --seed N]`: 100,000 guesses at 10,000 live user codes, see docs/security.md. */
import { parseArgs } from 'node:util';
import { USER_CODES } from '../../src/devices/user-code.ts';
import { guessingAttack, LIVE, SUSPECTED } from '../security/guessing-attack.ts';
import { testStores } from '../support/test-stores.ts';
import { withRedis } from './redis-for-check.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '8628' } } });
const seed = Number(values.seed);
console.log(`seed ${seed}`);

const report = await withRedis(async () => {
  const stores = await testStores();
  try {
    return await guessingAttack(stores, { rounds: 100, seed });
  } finally {
    await stores.connection.close();
  }
});

const chance = LIVE / SUSPECTED;
const expected = (report.allowed * chance) / (1 - chance);
const bound = expected + 4 * Math.sqrt(expected);
const heldUp = [...report.honest.sure, ...report.honest.unsure].filter((outcome) => outcome === 'wait');
console.log(`guesses tried                     ${report.tried}`);
console.log(`evaluated and wrong               ${report.wrong} (allowed ${report.allowed})`);
console.log(
  `hits, 1 in ${SUSPECTED / LIVE} codes being live      ${report.hits} (bound ${Math.floor(bound)})`,
);
console.log(`chance of any hit among 20^8      1 in ${Math.round(USER_CODES / (report.wrong * LIVE))}`);
console.log(`honest owners held up             ${heldUp.length} of ${report.honest.sure.length * 2}`);
const holds = report.wrong <= report.allowed && report.hits <= bound && heldUp.length === 0;
console.log(holds ? 'It holds.' : 'IT DOES NOT HOLD.');
process.exitCode = holds ? 0 : 1;
