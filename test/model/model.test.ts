import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestStores, testStores } from '../support/test-stores.ts';
import { type ModelState, observe } from './model.ts';
import { Real } from './real.ts';
import { type Transition, walk } from './walk.ts';

const transitions = walk();
const states = [...new Map(transitions.map(({ state }) => [JSON.stringify(state), state])).values()];
const AT_ONCE = 16;

/** The transitions that break the rule; a test of none would test nothing. */
const breaking = (rule: (one: Transition) => boolean) => transitions.filter((one) => !rule(one));
const acting = ({ grant, active, client }: ModelState) =>
  grant === 'active' && active && client === 'untouched';

describe('the model of a code, its account’s epoch and its chain of refresh tokens', () => {
  it('is walked to its end', () => {
    expect(states.length).toBeGreaterThan(200);
    expect(transitions.length).toBeGreaterThan(2000);
    const seen = new Set(transitions.map(({ operation, outcome }) => `${operation.kind}: ${outcome}`));
    for (const one of [
      'poll: tokens',
      'poll: no authority',
      'refresh: replay',
      'use: refused',
      'approve: gone',
    ]) {
      expect(seen).toContain(one);
    }
  });

  it('I1: gives tokens for a code once, and never unconsumes it', () => {
    expect(
      breaking(
        ({ from, outcome, operation }) =>
          !(operation.kind === 'poll' && outcome === 'tokens') || from.issued === 0,
      ),
    ).toEqual([]);
    expect(breaking(({ from, state }) => from.code !== 'consumed' || state.code === 'consumed')).toEqual([]);
  });

  it('I2: gives none for a denied one', () => {
    expect(
      breaking(
        ({ from, state }) => from.code !== 'denied' || (state.code === 'denied' && state.issued === 0),
      ),
    ).toEqual([]);
  });

  it('I3: accepts nothing of an older epoch', () => {
    expect(breaking(({ from, state }) => from.epoch === state.epoch || !acting(state))).toEqual([]);
    const late = transitions.filter(
      ({ from, operation }) => operation.kind === 'approve' && operation.underEpoch < from.epoch,
    );
    expect(late.length).toBeGreaterThan(0);
    expect(late.filter(({ outcome }) => outcome !== 'signed-out')).toEqual([]);
  });

  it('I4: brings nothing back: who has ended acts again only by a new approval', () => {
    expect(
      breaking(({ from, state, operation }) => acting(from) || !acting(state) || operation.kind === 'poll'),
    ).toEqual([]);
  });

  it('I4 of clients: accepts nothing that began before the operator ended, disabled or enabled its client', () => {
    const touched = transitions.filter(({ from }) => from.client !== 'untouched');
    const kinds = new Set(touched.map(({ operation }) => operation.kind));
    for (const kind of ['approve', 'poll', 'refresh', 'use', 'client-enable']) expect(kinds).toContain(kind);
    const yes = ['approved', 'tokens', 'accepted'];
    expect(touched.filter(({ outcome, state }) => yes.includes(outcome) || acting(state))).toEqual([]);
  });

  it('I5: after a use of a successor one chain lives, and a loser ends the grant', () => {
    const uses = transitions.filter(({ from, state }) => state.head !== from.head && state.former.length > 0);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter(({ state }) => state.successors.some((one) => one < state.issued - 1))).toEqual([]);
    const replays = transitions.filter(({ outcome }) => outcome === 'replay');
    expect(replays.filter(({ state }) => acting(state))).toEqual([]);
  });
});

describe('the real store', () => {
  let stores: TestStores;
  beforeAll(async () => {
    // Everything is asked at once, and the last answer waits for all before it.
    stores = await testStores({ timeout: 60_000 });
  });
  afterAll(() => stores.connection.close());

  async function replay({ way, operation, outcome, state }: Transition): Promise<string | undefined> {
    const real = await Real.start(stores);
    for (const before of way) await real.take(before);
    const [found, seen] = [await real.take(operation), await real.observe(state.epoch)];
    const [wanted, got] = [
      { outcome, ...observe(state) },
      { outcome: found, ...seen },
    ];
    if (JSON.stringify(wanted) === JSON.stringify(got)) return undefined;
    const steps = [...way, operation].map((one) => JSON.stringify(one)).join(' ');
    return `${steps}\n  model ${JSON.stringify(wanted)}\n  store ${JSON.stringify(got)}`;
  }

  it('does the same in every transition of the model', async () => {
    const differing: string[] = [];
    for (let next = 0; next < transitions.length; next += AT_ONCE) {
      const some = await Promise.all(transitions.slice(next, next + AT_ONCE).map(replay));
      differing.push(...some.filter((one) => one !== undefined));
    }
    expect(differing.slice(0, 5)).toEqual([]);
  });
});
