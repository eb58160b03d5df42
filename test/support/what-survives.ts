import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Other garbage of the same process is collected meanwhile, and can only add: the least of so many counts. */
const TRIES = 3;
const TURNS = 24;
const REQUESTS_A_TURN = 250;
/** Octets that hang on each request. */
const WEIGHT = 2048;

/**
 * Lets requests come and go as they do on a server, the young garbage collected now and then.
 * @param request is given what weighs; nothing of it is to be alive after the next few requests
 * @returns octets of what had ended before the collector came, and was taken for alive all the same, for each request
 */
export function whatSurvives(request: (weight: number[]) => void): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void;
  const weights = () => new Array<number>(WEIGHT / 8).fill(0.5);
  const turn = () => {
    for (let index = 0; index < REQUESTS_A_TURN; index += 1) request(weights());
    collect({ type: 'minor' });
  };
  const survivors = () => {
    // What lives as long as the server is old by then, and so is the first of what hangs together.
    for (let index = 0; index < 4; index += 1) turn();
    collect({ type: 'major' });
    const before = oldOctets();
    for (let index = 0; index < TURNS; index += 1) turn();
    return (oldOctets() - before) / (TURNS * REQUESTS_A_TURN);
  };
  return Math.min(...Array.from({ length: TRIES }, survivors));
}

function oldOctets(): number {
  return getHeapSpaceStatistics().reduce(
    (sum, { space_name: name, space_used_size: used }) => sum + (name === 'old_space' ? used : 0),
    0,
  );
}
