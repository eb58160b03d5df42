import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseGrantId } from '../../../src/devices/grant-id.ts';
import type { ActivityEvent } from '../../../src/events/event.ts';
import { randomId } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { activeGrant } from './grants.ts';

/** The design, section 7: a token works until a successor has been used; the first used of eight wins. */
export function describeRefreshChain(open: OpenStores): void {
  describe('the chain of refresh tokens', () => {
    const bench = new Bench(open);
    let grantId: string;

    /** @param from token that it succeeds, as its seal says where it stands (none: it has no seal) */
    const add = (name: string, from?: string, place?: number) =>
      bench.stores.grants.addRefreshToken(grantId, {
        parent: from === undefined ? undefined : { name: from, ...(place !== undefined && { place }) },
        generation: 0,
        name,
        value: `value of ${name}`,
      });
    /** Exchanged for a new token that no device hears of. */
    const use = async (name: string) => (await add(randomId(), name)).outcome;
    const placeOf = async (name: string, place?: number) => {
      const refreshToken = { name, ...(place !== undefined && { place }) };
      return (await bench.stores.grants.authorize(grantId, { generation: 0, refreshToken }))?.chain?.standing;
    };
    const useAccessToken = async (issuedWith: string) =>
      (await bench.stores.grants.authorize(grantId, { generation: 0, issuedWith })) !== undefined;
    const lives = async () => (await bench.stores.grants.read(grantId)) !== undefined;

    beforeEach(async () => {
      ({ grantId } = await activeGrant(bench.stores));
      expect(await add('a')).toEqual({ outcome: 'added' });
    });

    it('the head comes again as often as answers are lost', async () => {
      expect(await placeOf('a')).toBe('head');
      for (const name of ['b', 'c', 'd']) {
        expect(await use('a')).toBe('added');
        expect(await add(name, 'a')).toEqual({ outcome: 'added' });
        expect(await placeOf(name)).toBe('successor');
      }
      expect(await placeOf('a')).toBe('head');
    });

    it('looking at a token changes nothing', async () => {
      await add('b', 'a');
      expect([await placeOf('b'), await placeOf('b'), await placeOf('a')]).toEqual([
        'successor',
        'successor',
        'head',
      ]);
    });

    it('the first used successor wins; a loser then is replay and ends the grant', async () => {
      await add('b', 'a');
      await add('c', 'a');
      expect(await use('c')).toBe('added');
      expect([await placeOf('c'), await placeOf('b'), await placeOf('a')]).toEqual([
        'head',
        'replay',
        'replay',
      ]);
      expect(await lives()).toBe(true);
      expect(await use('b')).toBe('replay');
      expect(await lives()).toBe(false);
      expect(await use('c')).toBe('gone');
    });

    it('the token before the one in use is replay', async () => {
      await add('b', 'a');
      await use('b');
      expect(await use('a')).toBe('replay');
      expect(await lives()).toBe(false);
    });

    it('of several used at once one wins, and no other does', async () => {
      for (const name of ['b', 'c', 'd', 'e']) await add(name, 'a');
      const results = await Promise.all(['b', 'c', 'd', 'e'].map(use));
      expect(results.filter((result) => result === 'added')).toHaveLength(1);
      expect(results.filter((result) => result === 'replay')).toHaveLength(1);
      expect(await lives()).toBe(false);
    });

    it('a token that was never issued is replay', async () => {
      expect(await placeOf('z')).toBe('replay');
    });

    it('a place above the head’s that is no successor is ahead of this store, and ends nothing', async () => {
      await add('b', 'a', 0);
      await add('c', 'b', 1);
      expect([await placeOf('x', 2), await placeOf('x', 3), await placeOf('x', 4000)]).toEqual([
        'ahead',
        'ahead',
        'ahead',
      ]);
      expect(await add('y', 'x', 3)).toEqual({ outcome: 'lost' });
      expect([await placeOf('b', 1), await placeOf('c', 2)]).toEqual(['head', 'successor']);
    });

    it('a place not above the head’s was used up, or has lost', async () => {
      await add('b', 'a', 0);
      await add('loser', 'a', 0);
      await add('c', 'b', 1);
      expect([await placeOf('a', 0), await placeOf('loser', 1)]).toEqual(['replay', 'replay']);
      expect(await add('d', 'loser', 1)).toEqual({ outcome: 'replay' });
      expect(await lives()).toBe(false);
    });

    it('a chain that this store has not seen begin is behind every token', async () => {
      ({ grantId } = await activeGrant(bench.stores));
      expect([await placeOf('a', 0), await placeOf('b', 1)]).toEqual(['ahead', 'ahead']);
      expect(await add('c', 'a', 0)).toEqual({ outcome: 'lost' });
      expect(await lives()).toBe(true);
    });

    it('a token that is not used up expires by the store’s clock', async () => {
      const { grants } = bench.stores;
      const of = (name: string, place: number, expiresAt: number) =>
        grants.authorize(grantId, { generation: 0, refreshToken: { name, place, expiresAt } });
      const [now] = await bench.stores.connection.redis.time();
      expect(await of('a', 0, (Number(now) - 1) * 1000)).toBeUndefined();
      expect((await of('a', 0, (Number(now) + 60) * 1000))?.chain?.standing).toBe('head');
      await add('b', 'a', 0);
      await add('c', 'b', 1);
      expect((await of('a', 0, 1000))?.chain?.standing).toBe('replay');
    });

    it('tells what its tokens have in common, whichever is presented', async () => {
      const { grants } = bench.stores;
      ({ grantId } = await activeGrant(bench.stores));
      const first = { parent: undefined, generation: 0, name: 'a', value: 'a', common: { scope: 'openid' } };
      expect(await grants.addRefreshToken(grantId, first)).toEqual({ outcome: 'added' });
      await add('b', 'a', 0);
      await add('c', 'b', 1);
      for (const name of ['a', 'b', 'c']) {
        const found = await grants.authorize(grantId, { generation: 0, refreshToken: { name, place: 0 } });
        expect(found?.chain?.common).toEqual({ scope: 'openid' });
      }
      expect((await grants.read(grantId))?.chain).toBeUndefined();
    });

    it('begins once', async () => {
      expect(await add('b')).toEqual({ outcome: 'lost' });
      expect([await placeOf('a'), await placeOf('b')]).toEqual(['head', 'replay']);
    });

    it('a successor is used and succeeded in one step', async () => {
      await add('b', 'a');
      await add('loser', 'a');
      expect(await add('c', 'b')).toEqual({ outcome: 'added' });
      expect(await Promise.all(['a', 'loser', 'b', 'c'].map(placeOf))).toEqual([
        'replay',
        'replay',
        'head',
        'successor',
      ]);
    });

    it('replay is succeeded by nothing, and told to the owner once', async () => {
      await add('b', 'a');
      await add('c', 'b');
      const told: ActivityEvent = { kind: 'device-replayed', by: 'server' };
      const replays = await times(4, (index) =>
        bench.stores.grants.addRefreshToken(
          grantId,
          { parent: { name: 'a' }, generation: 0, name: `x${index}`, value: 'x' },
          told,
        ),
      );
      expect(replays.filter(({ outcome }) => outcome === 'replay')).toHaveLength(1);
      const { accountId } = parseGrantId(grantId) ?? {};
      const events = accountId ? await bench.stores.activity.list(accountId, { most: 10 }) : [];
      expect(events.map(({ event }) => event.kind)).toEqual(['device-replayed']);
    });

    it('eight successors stand; then the newest of them goes out again', async () => {
      const names = Array.from({ length: 8 }, (_, index) => `b${index}`);
      for (const name of names) expect(await add(name, 'a')).toEqual({ outcome: 'added' });
      const again = { outcome: 'again', name: 'b7', value: 'value of b7' };
      expect([await add('b8', 'a'), await add('b9', 'a')]).toEqual([again, again]);
      expect(await placeOf('b8')).toBe('replay');
      expect(await use('b0')).toBe('added');
    });

    it('of 64 added at once eight stand, and every other answer hands one of them out', async () => {
      const added = await times(64, (index) => add(`b${index}`, 'a'));
      expect(added.filter(({ outcome }) => outcome === 'added')).toHaveLength(8);
      const again = added.flatMap((addition) => (addition.outcome === 'again' ? [addition.name] : []));
      expect(again).toHaveLength(56);
      expect(await Promise.all([...new Set(again)].map(placeOf))).toEqual(['successor']);
    });

    it('using an access token uses the refresh token that went out with it', async () => {
      await add('b', 'a');
      await add('c', 'a');
      expect(await useAccessToken('b')).toBe(true);
      expect([await placeOf('b'), await placeOf('c')]).toEqual(['head', 'replay']);
      expect(await useAccessToken('c')).toBe(false);
      expect(await use('a')).toBe('replay');
    });

    it('access tokens of former heads live on; those of losers are dead', async () => {
      expect(await useAccessToken('a')).toBe(true);
      await add('b', 'a');
      await add('loser', 'a');
      await use('b');
      await add('c', 'b');
      await use('c');
      expect(await Promise.all(['a', 'b', 'c'].map(useAccessToken))).toEqual([true, true, true]);
      expect(await useAccessToken('loser')).toBe(false);
      expect(await placeOf('c')).toBe('head');
    });
  });
}
