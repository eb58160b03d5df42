import { describe, expect, it } from '@jest/globals';
import { RecentTurns } from '../../src/limits/recent-turns.ts';

describe('turns of late', () => {
  it('are counted by network, and by account in it', () => {
    const turns = new RecentTurns();
    turns.count('nat', 'ada');
    turns.count('nat', 'eve');
    turns.count('nat', 'eve');
    expect([turns.of('nat'), turns.of('nat', 'ada'), turns.of('nat', 'eve'), turns.of('home')]).toEqual([
      3, 1, 2, 0,
    ]);
  });

  it('are forgotten, and take no memory, when many others have had theirs', () => {
    const turns = new RecentTurns();
    for (let n = 0; n < 100; n += 1) turns.count('busy', 'eve');
    for (let n = 0; n < 10_000; n += 1) turns.count(`network ${n}`, 'one');
    expect(turns.of('busy')).toBe(0);
    expect(turns.size).toBeLessThan(1024);
  });
});
