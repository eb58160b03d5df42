import { SeededRandom } from '../../checks/check.ts';
import { race } from './race.ts';
import type { RaceWorld } from './race-world.ts';

const AT_ONCE = 6;

interface ManyRaces {
  /** With the seed of its round and the order of the commands. */
  failed: string[];
  /** How many of the orders differed. */
  orders: number;
  commands: number;
}

/** Round after round, a few at once on accounts of their own; round `n` has the seed `seed + n`. */
export async function manyRaces(
  world: RaceWorld,
  { rounds, seed, onRound }: { rounds: number; seed: number; onRound?: (round: number) => void },
): Promise<ManyRaces> {
  const failed: string[] = [];
  const orders = new Set<string>();
  let next = 0;
  let commands = 0;
  const raceOn = async () => {
    for (let round = next; round < rounds; round = next) {
      next += 1;
      const { violations, trace } = await race(world, new SeededRandom(seed + round));
      const order = trace.join('\n');
      orders.add(order);
      commands += trace.length;
      if (violations.length > 0) failed.push(`seed ${seed + round}: ${violations.join('; ')}\n${order}`);
      onRound?.(round + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, raceOn));
  return { failed, orders: orders.size, commands };
}
