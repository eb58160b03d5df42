import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manyRaces } from './many-races.ts';
import { openRaceWorld, type RaceWorld } from './race-world.ts';

let world: RaceWorld;
beforeAll(async () => {
  world = await openRaceWorld();
});
afterAll(() => world.close());

describe('approvals, polls, refreshes, sign-ins and session saves under way while everything is ended', () => {
  it('in 150 random orders of their commands, over two processes: nothing older is accepted', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const { failed, orders } = await manyRaces(world, { rounds: 150, seed });
    expect(failed.slice(0, 3)).toEqual([]);
    expect(orders).toBeGreaterThan(130);
  });
});
