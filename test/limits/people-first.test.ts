import { describe, expect, it } from '@jest/globals';
import { PeopleFirst } from '../../src/limits/people-first.ts';

const CAPACITY = 100;
const place = (isPerson: boolean, network: string) => ({ isPerson, network, account: '' });

/** Devices of so many homes wait. */
function stampede(count: number) {
  const line = new PeopleFirst<string>(CAPACITY, 4096);
  const left: (string | undefined)[] = [];
  for (let home = 0; home < count; home += 1)
    left.push(line.add(place(false, `home ${home}`), `device ${home}`));
  const take = (turns: number) => Array.from({ length: turns }, () => line.next());
  return { line, left: left.filter((item) => item !== undefined), take };
}

describe('after a power cut, when every device comes at once', () => {
  it('who would sign in or approve goes before the devices', () => {
    const { line, take } = stampede(50);
    line.add(place(true, 'home 7'), 'an owner');
    expect(take(2)).toContain('an owner');
  });

  it('devices have one turn of four, however many people come', () => {
    const { line, take } = stampede(50);
    for (let person = 0; person < 50; person += 1) line.add(place(true, `net ${person}`), 'person');
    expect(take(40).filter((item) => item === 'person')).toHaveLength(30);
  });

  it('devices without a place keep no person out', () => {
    const { line, left } = stampede(CAPACITY + 20);
    expect(left).toHaveLength(20);
    expect(line.add(place(true, 'home 1'), 'an owner')).toBeUndefined();
    expect(line.length).toBe(CAPACITY + 1);
  });

  it('a network that asks for page after page goes by its turns, and devices of others before it', () => {
    const { line, take } = stampede(90);
    const flood = () => line.add(place(true, 'of the attacker'), 'page');
    for (let page = 0; page < 60; page += 1) flood();
    take(60);
    expect(take(20).filter((item) => item === 'page')).toHaveLength(0);
    line.add(place(true, 'home 3'), 'an owner');
    expect(take(2)).toContain('an owner');
  });

  it('everything has its turn in the end', () => {
    const { line, take } = stampede(30);
    for (let page = 0; page < 60; page += 1) line.add(place(true, 'of the attacker'), 'page');
    expect(take(90)).not.toContain(undefined);
    expect(line.length).toBe(0);
    expect(line.next()).toBeUndefined();
  });
});
