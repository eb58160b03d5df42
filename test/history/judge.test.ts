/** The judge of histories sees what it is there to see, and claims nothing that the order of things leaves open. */
import { describe, expect, it } from '@jest/globals';
import { judge } from '../../checks/history/judge.ts';
import type { AccountHistory, Entry, Kind, Outcome } from '../../checks/history/record.ts';

const LINKED = { began: 0.5, done: 1.5 };

const at = (kind: Kind, call: number, answered: number, outcome: Outcome = 'ok', token?: number): Entry => ({
  kind,
  call,
  return: answered,
  outcome,
  ...(token === undefined ? {} : { token, newest: true }),
});

/** A device that was approved and redeemed in a browser that signed in from 0 to 1. */
function history(later: Entry[], ends: Entry[] = [], clientEnds: Entry[] = []): AccountHistory {
  const session = { id: 's', began: 0, done: 1, looks: [] };
  const entries = [at('approve', 2, 3), at('poll', 4, 5), ...later];
  return {
    sessions: [session],
    devices: [{ name: 'd', client: 'tv', session, asked: LINKED, entries }],
    keys: [],
    makings: [],
    ends,
    clientEnds,
  };
}

/** Devices that came with one key of their owner, one use for each number. */
function keyed(uses: number, ends: Entry[], ...devices: Entry[][]): AccountHistory {
  const session = { id: 's', began: 0, done: 1, looks: [] };
  const key = { session, made: LINKED, uses, ends };
  return {
    sessions: [session],
    devices: devices.map((entries, number) => {
      return { name: `d${number}`, client: 'rack', session, asked: LINKED, key, entries };
    }),
    keys: [key],
    makings: [],
    ends: [],
    clientEnds: [],
  };
}

/** It presents the key and gets its tokens. */
const links = (when: number, ...later: Entry[]) => [
  at('present', when, when + 1),
  at('poll', when + 1, when + 2),
  ...later,
];
const keyEnds = (outcome: Outcome, withDevices: boolean): Entry => {
  return { ...at('key-end', 6, 7, outcome), withDevices };
};
const ofClient = (client: string, call: number, answered: number): Entry => {
  return { ...at('client-end', call, answered), client };
};

const ofApp = (later: Entry[]) => {
  const session = { id: 's', began: 0, done: 1, looks: [] };
  return { name: 'r', client: 'radio', session, asked: LINKED, entries: [at('confirm', 2, 3), ...later] };
};

describe('the judge of histories', () => {
  it.each<[string, AccountHistory, RegExp]>([
    [
      'a token after its device was deregistered',
      history([at('deregister', 6, 7), at('introspect', 8, 9, 'ok', 0)]),
      /after an acknowledged end/,
    ],
    [
      'a token after everything was ended',
      history([at('introspect', 8, 9, 'ok', 0)], [at('sign-out', 6, 7)]),
      /after an acknowledged end/,
    ],
    [
      'a refresh after a password change',
      history([at('refresh', 8, 9)], [at('password-change', 6, 7)]),
      /after an acknowledged end/,
    ],
    [
      'a token after the operator ended its client',
      history([at('introspect', 8, 9, 'ok', 0)], [], [ofClient('tv', 6, 7)]),
      /after an acknowledged end/,
    ],
    ['two answers with tokens to one code', history([at('poll', 6, 7)]), /redeemed twice/],
    ['a pending code that was approved', history([at('poll', 6, 7, 'pending')]), /pending again/],
    [
      'a token that comes back',
      history([at('introspect', 6, 7, 'no', 0), at('introspect', 8, 9, 'ok', 0)]),
      /active again/,
    ],
    [
      'a key that links after its end',
      keyed(1, [keyEnds('ok', false)], links(8)),
      /present is accepted after/,
    ],
    [
      'a code of a key that is redeemed after the end of the key',
      keyed(1, [keyEnds('ok', false)], [at('present', 4, 5), at('poll', 8, 9)]),
      /poll is accepted after/,
    ],
    [
      'a device that outlives its key, where it was to end with it',
      keyed(1, [keyEnds('ok', true)], links(2, at('refresh', 8, 9))),
      /refresh is accepted after/,
    ],
    ['a key that links more than its owner said', keyed(1, [], links(2), links(2)), /more devices than/],
    ['a key that is refused', keyed(1, [], [at('present', 2, 3, 'no')]), /present .* is refused/],
    [
      'a key whose use was lost',
      keyed(2, [], links(2), [at('present', 4, 5), at('poll', 6, 7, 'no')]),
      /poll .* is refused/,
    ],
    [
      'a device that its maker’s app has set up, and whose first answer is a refusal',
      { ...history([]), devices: [ofApp([at('poll', 4, 5, 'no')])] },
      /poll .* is refused/,
    ],
    ['a device signed out without its owner', history([at('refresh', 6, 7, 'no')]), /nobody has signed out/],
  ])('sees %s', (_what, told, claim) => {
    expect(judge(told).join()).toMatch(claim);
  });

  it('sees a browser that is signed in after everything was ended, and one signed out without its owner', () => {
    const looking = (look: Entry, ends: Entry[]) => {
      const session = { id: 's', began: 0, done: 1, looks: [look] };
      return judge({ ...history([]), devices: [], sessions: [session], ends });
    };
    expect(looking(at('look', 8, 9), [at('sign-out', 6, 7)])).toHaveLength(1);
    expect(looking(at('look', 8, 9, 'no'), [])).toHaveLength(1);
    expect(looking(at('look', 8, 9, 'no'), [at('sign-out', 6, 7, 'unknown')])).toEqual([]);
  });

  it.each<[string, AccountHistory]>([
    ['all is well', history([at('refresh', 6, 7), at('introspect', 8, 9, 'ok', 1)])],
    [
      'a token was asked about while its device was being deregistered',
      history([at('deregister', 6, 9), at('introspect', 7, 8, 'ok', 0), at('introspect', 7, 8, 'no', 0)]),
    ],
    [
      'whether everything was ended is not known',
      history([at('introspect', 8, 9, 'ok', 0)], [at('sign-out', 6, 7, 'unknown')]),
    ],
    [
      'everything was ended before the browser signed in',
      history([at('introspect', 8, 9, 'ok', 0)], [at('sign-out', -2, -1)]),
    ],
    [
      'an end overlaps the sign-in, and the device is refused',
      history([at('refresh', 8, 9, 'no')], [at('sign-out', -1, 0.5)]),
    ],
    [
      'the operator ended the client a moment before the device asked',
      history([at('refresh', 8, 9, 'no')], [], [ofClient('tv', -2, -1)]),
    ],
    [
      'a key was ended, and what it had linked goes on',
      keyed(1, [keyEnds('ok', false)], links(2, at('refresh', 8, 9)), [at('present', 8, 9, 'no')]),
    ],
    [
      'a key ended, with its devices or not, while machines presented it',
      keyed(2, [keyEnds('unknown', true)], links(6), links(2, at('refresh', 8, 9, 'no'))),
    ],
    [
      'another machine may have spent the key',
      keyed(1, [], [at('present', 2, 3), at('poll', 4, 5, 'unknown')], [at('present', 4, 5, 'no')]),
    ],
    [
      'the operator ended another client',
      history([at('introspect', 8, 9, 'ok', 0)], [], [ofClient('radio', 6, 7)]),
    ],
    ['an answer to a refresh was lost', history([at('refresh', 6, 7, 'unknown'), at('refresh', 8, 9)])],
  ])('claims nothing when %s', (_what, told) => {
    expect(judge(told)).toEqual([]);
  });
});
