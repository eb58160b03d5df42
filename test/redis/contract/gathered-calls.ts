import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { StoreUnavailable } from '../../../src/errors/store-unavailable.ts';
import { MAX_GATHERED } from '../../../src/redis/gathered-calls.ts';
import { commandsSent } from '../../support/commands-sent.ts';
import { Bench, type OpenStores, times } from './bench.ts';
import { RealCode } from './code-states.ts';
import { activeGrant } from './grants.ts';

/** What many ask within one turn of the event loop leaves together, and each hears its own answer. */
export function describeGatheredCalls(open: OpenStores): void {
  describe('calls of one turn', () => {
    const bench = new Bench(open);
    const poll = (code: Pick<RealCode, 'deviceCode'>, client = 'tv') =>
      bench.stores.deviceCodes.poll(code.deviceCode, client);
    /** On a Cluster each code, and each account, is in a slot of its own, and asked for by itself. */
    const count = (one: number, bySlot: number) => (bench.redis instanceof Redis ? one : bySlot);
    /** Without the texts of scripts, which a master that does not know them yet gets besides. */
    const sent = async (act: () => Promise<unknown>) =>
      (await commandsSent(bench.redis, act)).filter((command) => !command.startsWith('eval ')).length;

    it('are answered each by itself, in whatever state its code is', async () => {
      const states = ['pending', 'approved', 'denied', 'consumed', 'expired while pending', 'gone'] as const;
      const codes = await Promise.all(states.map((state) => RealCode.in(bench, state)));
      const [pending] = codes;
      if (!pending) throw new Error('no code');
      const found: Awaited<ReturnType<typeof poll>>[] = [];
      const commands = await sent(async () => {
        const all = [...codes, pending, { deviceCode: 'never issued' }].map((code) => poll(code));
        found.push(...(await Promise.all([...all, poll(pending, 'another client')])));
      });
      expect(found.map((one) => one && [one.state, one.pace])).toEqual([
        ['pending', 'wait'],
        ['approved', 'ok'],
        ['denied', 'ok'],
        ['consumed', 'ok'],
        ['pending', 'ok'],
        undefined,
        ['pending', 'slow_down'],
        undefined,
        ['pending', 'ok'],
      ]);
      // Of seven codes.
      expect(commands).toBe(count(1, 7));
    });

    it('are so many at once at most, whatever comes', async () => {
      const codes = await times(8, () => RealCode.pending(bench));
      const polls = 2 * MAX_GATHERED + 1;
      const commands = await sent(async () => {
        const polled = await times(polls, (index) => poll(codes[index % 8] as RealCode));
        expect(polled.filter((one) => one?.pace === 'wait')).toHaveLength(8);
        expect(polled.filter((one) => one?.pace === 'slow_down')).toHaveLength(polls - 8);
      });
      expect(commands).toBe(count(3, 8));
    });

    it('fail by themselves: what is kept of another’s code, and cannot be read, is no neighbour’s trouble', async () => {
      const [one, broken, other] = await times(3, () => RealCode.pending(bench));
      if (!one || !broken || !other) throw new Error('no codes');
      await bench.redis.set(broken.key, 'no hash');
      const [first, failed, last] = await Promise.allSettled([poll(one), poll(broken), poll(other)]);
      expect(failed).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringMatching(/WRONGTYPE/) },
      });
      for (const heard of [first, last]) expect(heard).toMatchObject({ value: { pace: 'wait' } });
    });

    it('all hear so where the store is not there', async () => {
      const stores = await bench.another();
      const codes = await times(3, () => RealCode.pending(bench));
      stores.connection.redis.disconnect();
      const heard = await Promise.allSettled(
        codes.map(({ deviceCode }) => stores.deviceCodes.poll(deviceCode, 'tv')),
      );
      expect(heard.map((one) => one.status === 'rejected' && one.reason instanceof StoreUnavailable)).toEqual(
        [true, true, true],
      );
    });

    it('are devices that ask for codes, too: each has a code of its own, or hears why not', async () => {
      const { deviceCodes } = bench.stores;
      const code = (index: number, userCode = `CODE-${index}`) => ({
        ...{ deviceCode: `of ${index}`, userCode, clientId: 'tv', network: `net ${index % 2}` },
        ...{ lifetime: 60_000, payload: { index } },
      });
      await deviceCodes.create(code(0));
      const outcomes: unknown[] = [];
      const commands = await sent(async () => {
        const all = [code(1), code(2), code(0, 'ANOTHER'), code(3, 'CODE-1'), code(4)];
        const made = await Promise.all(all.map((one) => deviceCodes.create(one)));
        outcomes.push(...made.map(({ outcome }) => outcome));
      });
      const [created, taken] = ['created', 'user-code-taken'];
      expect(outcomes).toEqual([created, created, taken, taken, created]);
      const found = await times(5, async (index) => (await deviceCodes.find(`of ${index}`))?.payload);
      expect(found).toEqual([{ index: 0 }, { index: 1 }, { index: 2 }, undefined, { index: 4 }]);
      // Two for each that is asked for; the one whose user code is taken is taken out again: by key, and of four counts.
      expect(commands).toBe(count(1, 15));
    });

    it('are introspections, too: each of its own account, for its own API', async () => {
      const { accessTokens } = bench.stores;
      const general = { clientId: 'api', audiences: [], general: true };
      const grants = await times(4, () => activeGrant(bench.stores));
      const tokens = await times(5, async (index) => {
        const { accountId, grantId } = grants[index % 4] as (typeof grants)[number];
        const token = accessTokens.leadingTo(accountId, `${index}`.repeat(43));
        const facts = { grantId, clientId: 'tv', generation: 0, issuedWith: undefined };
        const audience = index === 2 ? 'x' : undefined;
        await accessTokens.write(token, { grantId, index }, { ...facts, audience }, 60_000);
        return { accountId, token };
      });
      await bench.stores.accounts.signOutEverything(tokens[1]?.accountId ?? ('' as never));
      const found: unknown[] = [];
      const commands = await sent(async () => {
        const heard = await Promise.all(tokens.map(({ token }) => accessTokens.present(token, general)));
        found.push(...heard.map((one) => one && [one.payload['index'], one.authority !== undefined]));
      });
      expect(found).toEqual([[0, true], undefined, [2, false], [3, true], [4, true]]);
      // Of four accounts.
      expect(commands).toBe(count(1, 4));
    });
  });
}
