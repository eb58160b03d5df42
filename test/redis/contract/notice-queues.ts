import { describe, expect, it } from '@jest/globals';
import { randomId } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

const notice = (accountId: string, end = '1-0.0') => ({
  accountId,
  end,
  body: { sid: `sid of ${end}` },
  all: {},
});

export function describeNoticeQueues(open: OpenStores): void {
  describe('notices to an app', () => {
    const bench = new Bench(open);
    const queueOf = () => ({ queue: bench.stores.noticeQueues, receiver: `app.${randomId()}` });
    /** Its time has come, whatever it waits or is held for. */
    const forward = async (receiver: string) => {
      const { due } = bench.keyspace.noticesOf(receiver);
      for (const id of await bench.redis.zrange(due, '0', '-1')) await bench.redis.zadd(due, '0', id);
    };

    it('wait once, however often they are queued, and do not come again once they were heard', async () => {
      const { queue, receiver } = queueOf();
      const one = notice(randomId());
      await times(8, () => queue.add(receiver, one));
      const taken = await queue.take(receiver);
      expect(taken).toMatchObject({ accountId: one.accountId, body: one.body, tries: 0 });
      expect(await queue.take(receiver)).toBeUndefined();
      if (taken) await queue.end(receiver, taken);
      expect(await queue.add(receiver, one)).toBe(0);
      expect([await queue.take(receiver), await queue.count(receiver)]).toEqual([undefined, 0]);
    });

    it('are taken by one server each, of many at once', async () => {
      const { queue, receiver } = queueOf();
      await times(10, (index) => queue.add(receiver, notice(randomId(), `${index}-0.0`)));
      const taken = await times(16, () => queue.take(receiver));
      const ids = taken.flatMap((one) => one?.id ?? []);
      expect([ids.length, new Set(ids).size]).toEqual([10, 10]);
    });

    it('that failed wait for their next try, and hold up no other', async () => {
      const { queue, receiver } = queueOf();
      await queue.add(receiver, notice('failing'));
      const failing = await queue.take(receiver);
      const since = await queue.oldest(receiver);
      if (failing) await queue.fail(receiver, failing, 60_000);
      await queue.add(receiver, notice('other'));
      expect((await queue.take(receiver))?.accountId).toBe('other');
      expect(await queue.take(receiver)).toBeUndefined();
      await forward(receiver);
      const again = await times(2, () => queue.take(receiver));
      expect(again.find((one) => one?.accountId === 'failing')?.tries).toBe(1);
      expect([since, await queue.oldest(receiver)]).toEqual([expect.any(Number), since]);
      for (const one of again) if (one) await queue.end(receiver, one);
      expect(await queue.oldest(receiver)).toBeUndefined();
    });

    it('of a server that died are another’s, and the first changes nothing when it comes back', async () => {
      const { queue, receiver } = queueOf();
      await queue.add(receiver, notice(randomId()));
      const died = await queue.take(receiver);
      await forward(receiver);
      const other = await queue.take(receiver);
      expect(other).toMatchObject({ id: died?.id, tries: 0 });
      if (died) await queue.fail(receiver, died, 0);
      if (died) await queue.end(receiver, died);
      expect(await queue.take(receiver)).toBeUndefined();
      expect(await queue.count(receiver)).toBe(1);
      if (other) await queue.end(receiver, other);
      expect(await queue.count(receiver)).toBe(0);
    });

    it('about one account are 100 at most, then one for all: an owner takes no other’s places', async () => {
      const { queue, receiver } = queueOf();
      await queue.add(receiver, notice('neighbour'));
      for (let index = 0; index < 120; index += 1) await queue.add(receiver, notice('busy', `${index}-0.0`));
      expect(await queue.count(receiver)).toBe(102);
      const taken = await times(102, () => queue.take(receiver));
      const busy = taken.filter((one) => one?.accountId === 'busy');
      expect([busy.length, busy.filter((one) => one?.body.sid === undefined).length]).toEqual([101, 1]);
      for (const one of busy) if (one) await queue.end(receiver, one);
      expect(await queue.add(receiver, notice('busy', 'next-0.0'))).toBe(0);
      expect((await queue.take(receiver))?.body.sid).toBe('sid of next-0.0');
    });

    it('that say that everything has ended are sent again where another end comes while they are under way', async () => {
      const { queue, receiver } = queueOf();
      for (let index = 0; index < 101; index += 1) await queue.add(receiver, notice('busy', `${index}-0.0`));
      const taken = await times(101, () => queue.take(receiver));
      const underWay = taken.find((one) => one?.body.sid === undefined);
      expect(underWay?.id).toBe('busy.all');
      // What waits is no new end, and has the one under way not sent again.
      await queue.add(receiver, notice('busy', '7-0.0'));
      expect(await queue.take(receiver)).toBeUndefined();
      await queue.add(receiver, notice('busy', 'later-0.0'));
      if (underWay) await queue.end(receiver, underWay);
      const again = await queue.take(receiver);
      expect(again).toMatchObject({ id: 'busy.all', tries: 0 });
      expect(await queue.count(receiver)).toBe(101);
      if (again) await queue.end(receiver, again);
      expect(await queue.count(receiver)).toBe(100);
    });

    it('are not made one for an app that can make nothing of a notice without sid', async () => {
      const { queue, receiver } = queueOf();
      for (let index = 0; index < 110; index += 1)
        await queue.add(receiver, { ...notice('busy', `${index}-0.0`), all: undefined });
      const taken = await times(110, () => queue.take(receiver));
      expect(new Set(taken.map((one) => one?.body.sid)).size).toBe(110);
      expect(taken.every((one) => one?.body.sid !== undefined)).toBe(true);
    });

    it('are kept for as long as they are tried: each try that fails begins the 7 days anew', async () => {
      const { queue, receiver } = queueOf();
      const keys = bench.keyspace.noticesOf(receiver);
      await queue.add(receiver, notice('failing'));
      const kept = [keys.due, keys.queued, keys.bodies, keys.counts];
      const failing = await queue.take(receiver);
      for (const key of kept) await bench.redis.pexpire(key, 60_000);
      if (failing) await queue.fail(receiver, failing, 60_000);
      for (const key of kept) expect(await bench.redis.pttl(key)).toBeGreaterThan(6 * 86_400_000);
    });

    it('are 10,000 at most: then the oldest leaves of the account that the most are about', async () => {
      const { queue, receiver } = queueOf();
      const { queued } = bench.keyspace.noticesOf(receiver);
      await queue.add(receiver, notice('neighbour'));
      for (let index = 0; index < 3; index += 1) await queue.add(receiver, notice('busy', `${index}-0.0`));
      const at = `${Date.now() + 60_000}`;
      const rest = Array.from({ length: 9_995 }, (_, index) => [at, `filler${index}.x`]);
      await bench.redis.zadd(queued, ...rest.flat());
      expect(await queue.add(receiver, notice('newest'))).toBe(0);
      expect(await queue.add(receiver, notice('last'))).toBe(1);
      const left = (await times(6, () => queue.take(receiver))).flatMap((one) => one?.id ?? []).sort();
      expect(left).toEqual(['busy.1-0.0', 'busy.2-0.0', 'last.1-0.0', 'neighbour.1-0.0', 'newest.1-0.0']);
    });

    it('about one each are 10,000 at most: then the oldest leaves', async () => {
      const { queue, receiver } = queueOf();
      const { queued } = bench.keyspace.noticesOf(receiver);
      await queue.add(receiver, notice('oldest'));
      const rest = Array.from({ length: 9_999 }, (_, index) => [
        `${Date.now() + 60_000}`,
        `filler${index}.x`,
      ]);
      await bench.redis.zadd(queued, ...rest.flat());
      expect(await queue.add(receiver, notice('newest'))).toBe(1);
      expect((await queue.take(receiver))?.accountId).toBe('newest');
      expect(await queue.take(receiver)).toBeUndefined();
    });
  });
}
