import { describe, expect, it } from '@jest/globals';
import { formerRowOf } from '../../src/devices/former-row.ts';
import type { LinkedDevice } from '../../src/devices/linked-device.ts';

const HOUR = 3_600_000;

const device = (id: string, facts: Partial<LinkedDevice> = {}): LinkedDevice => ({
  id,
  claimed: { name: 'Kitchen radio', type: 'speaker', model: 'R2' },
  ownName: undefined,
  memberId: undefined,
  clientId: 'radio',
  bound: false,
  key: undefined,
  linkKey: undefined,
  companion: false,
  linkedAt: 10 * HOUR,
  linkedFrom: { address: '192.0.2.1', userAgent: '' },
  lastActivity: 20 * HOUR,
  endedAt: undefined,
  endsAt: 1000 * HOUR,
  ...facts,
});
const now = (facts: Partial<LinkedDevice> = {}) =>
  device('new', { linkedAt: 30 * HOUR, lastActivity: 30 * HOUR, ...facts });
const found = (added: LinkedDevice, ...others: LinkedDevice[]) => {
  const former = formerRowOf(added, [added, ...others]);
  return former && [former.device.id, former.by];
};

describe('the row that a device was linked under before', () => {
  it('has its key, whatever both say, and comes before one that says the same', () => {
    const old = device('old', { key: 'k', claimed: { name: 'Other', type: 'tv', model: undefined } });
    expect(found(now({ key: 'k' }), device('words', { lastActivity: 29 * HOUR }), old)).toEqual([
      'old',
      'key',
    ]);
  });

  it('or says the same of itself, of the same client, as long as nothing has used it since', () => {
    expect(found(now(), device('old'))).toEqual(['old', 'words']);
    expect(found(now(), device('old', { ownName: 'Our radio' }))).toEqual(['old', 'words']);
    expect(found(now(), device('old', { lastActivity: 31 * HOUR }))).toBeUndefined();
    expect(found(now(), device('old'), device('older', { lastActivity: 15 * HOUR }))).toEqual([
      'old',
      'words',
    ]);
  });

  it.each<[string, Partial<LinkedDevice>]>([
    ['of another client', { clientId: 'tv' }],
    ['of another name', { claimed: { name: 'Attic radio', type: 'speaker', model: 'R2' } }],
    ['of another model', { claimed: { name: 'Kitchen radio', type: 'speaker', model: 'R3' } }],
    ['that the operator has ended', { endedAt: 1 }],
    ['that was linked later', { linkedAt: 31 * HOUR }],
  ])('is none %s', (_what, facts) => {
    expect(found(now(), device('old', facts))).toBeUndefined();
  });

  it('is none of another key, which is other hardware, nor of one that does not name itself', () => {
    expect(found(now({ key: 'k' }), device('old', { key: 'l' }))).toBeUndefined();
    const nameless = { claimed: { name: undefined, type: 'speaker', model: 'R2' } } as const;
    expect(found(now(nameless), device('old', nameless))).toBeUndefined();
  });
});
