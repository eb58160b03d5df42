import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../checks/check.ts';
import { RetryTimes } from '../../src/limits/retry-times.ts';

/** A server at a virtual time, which begins so many requests of devices in a second while others wait. */
function server(seed = 1) {
  const random = new SeededRandom(seed);
  let now = 0;
  const times = new RetryTimes(
    () => now,
    () => random.next(),
  );
  const work = (seconds: number, pace: number) => {
    for (let turn = 0; turn < seconds * pace; turn += 1) {
      now += 1000 / pace;
      times.begun(true);
    }
  };
  const refuse = (count: number, network = (index: number) => `network ${index}`) =>
    Array.from({ length: count }, (_, index) => times.refused(network(index)));
  return { times, work, refuse };
}

describe('a device that found no place', () => {
  it('is told a time by chance, so that those who came together do not come together again', () => {
    const { refuse } = server();
    const told = refuse(10_000);
    expect(Math.min(...told)).toBeGreaterThanOrEqual(2);
    expect(new Set(told).size).toBeGreaterThanOrEqual(5);
    expect(new Set(told.slice(-500)).size).toBeGreaterThanOrEqual(8);
  });

  it('is told a time within which all who were refused can be served at the pace of this server', () => {
    const { work, refuse } = server();
    work(10, 1000);
    refuse(40_000);
    const late = refuse(2000, (index) => `late ${index}`);
    // 42,000 at some 1,000 a second.
    expect(Math.max(...late)).toBeGreaterThan(35);
    expect(Math.max(...late)).toBeLessThan(55);
    expect(Math.min(...late)).toBeLessThan(5);
  });

  it('waits no longer than a few seconds again when the others have had their turn', () => {
    const { work, refuse } = server();
    work(10, 1000);
    refuse(20_000);
    work(21, 1000);
    expect(Math.max(...refuse(20))).toBeLessThan(2 + 5);
  });

  it('is told no more than ten minutes, whatever comes', () => {
    const { refuse } = server();
    refuse(200_000);
    expect(Math.max(...refuse(2000))).toBeLessThan(2 + 600);
  });

  it('does not wait longer for the flood of one other network', () => {
    const { times, refuse } = server();
    refuse(50_000, () => 'of the attacker');
    expect(times.refused('of a home')).toBeLessThan(2 + 5);
  });
});

describe('a device that waits in line', () => {
  it('is begun before it gives up, however slow this server is', () => {
    const { times, work } = server();
    expect(times.places).toBe(2000);
    work(3, 100);
    expect(times.places).toBeLessThanOrEqual(410);
    expect(times.places).toBeGreaterThan(390);
    work(60, 1000);
    expect(times.places).toBeGreaterThan(3500);
  });

  it('finds a few places even where nothing moves', () => {
    const { times, work } = server();
    work(20, 1);
    expect(times.places).toBe(64);
  });
});
