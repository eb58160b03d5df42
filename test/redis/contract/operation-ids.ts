import { describe, expect, it } from '@jest/globals';
import { Cluster, type Redis } from 'ioredis';
import { valuesOf } from '../../../src/redis/script-calls.ts';
import { SCRIPTS, type ScriptName } from '../../../src/redis/script-keys.ts';
import { allScripts } from '../../../src/redis/script-texts.ts';
import { randomId } from '../../support/test-stores.ts';
import { everyChange } from '../every-change.ts';
import { keysUnder } from '../keyspace-contents.ts';
import { Bench, type OpenStores } from './bench.ts';
import { RealCode } from './code-states.ts';
import { activeGrant } from './grants.ts';

type Values = (string | number)[];

/** A command that is sent again after its reply was lost, with the same operation id, changes nothing more. */
export function describeOperationIds(open: OpenStores): void {
  describe('operation ids', () => {
    const bench = new Bench(open);
    const texts = allScripts();
    const run = (name: ScriptName, ...values: Values) =>
      bench.redis.eval(texts[name].text, SCRIPTS[name].length, ...values);

    it('each script twice: the same result, one change', async () => {
      const prefix = `${bench.prefix}${randomId()}:`;
      const stores = await bench.another({ prefix });
      const ran = new Set<string>();
      doubleEachScript(stores.connection.redis, ran, () =>
        contentsButAnnouncements(stores.connection.redis as Redis, prefix),
      );
      await everyChange(stores);
      const isCluster = bench.redis instanceof Cluster;
      const elsewhere = isCluster ? ['createDeviceCode'] : ['writeDeviceCode', 'claimUserCode'];
      const all = Object.keys(SCRIPTS).filter((name) => !elsewhere.includes(name));
      expect([...ran].sort()).toEqual(all.sort());
    });

    it('an approval that is sent again after the device has redeemed it was still an approval', async () => {
      const code = await RealCode.pending(bench);
      const approve = () => run('decideDeviceCode', code.key, 'op', 'approved', 'sealed', '');
      expect(await approve()).toBe(1);
      expect(await code.take('consume')).toBe('consumed');
      expect(await approve()).toBe(1);
      expect(await code.state()).toBe('consumed');
    });

    it('a redemption that is sent again after others have polled was still the one', async () => {
      const code = await RealCode.in(bench, 'approved');
      const redeem = () => run('consumeDeviceCode', code.key, 'op');
      expect(await redeem()).toBe('consumed');
      await code.poll();
      expect(await code.take('consume')).toBe('lost');
      expect(await redeem()).toBe('consumed');
    });

    it('an end that is sent again after another one was still an end', async () => {
      const { accountId, grantId } = await activeGrant(bench.stores);
      const other = await activeGrant(bench.stores);
      const [, ...keys] = valuesOf('endGrant', [{ keys: bench.keyspace.of(accountId), args: [] }]);
      const end = () => run('endGrant', ...keys, 'op', grantId.split('.')[2] ?? '', '', '');
      expect(await end()).toBe(1);
      await bench.stores.grants.end(other.grantId);
      expect(await end()).toBe(1);
      expect(await bench.stores.grants.end(grantId)).toBe(false);
    });
  });
}

interface Contents {
  byKey: Record<string, unknown>;
  /** Keys that time ends, and when. */
  ends: Record<string, number>;
}

/**
 * When a change was last announced is later when it is announced again: it is then pending for longer. So is when a client
 * leaves that is kept again.
 */
async function contentsButAnnouncements(redis: Redis, prefix: string): Promise<Contents> {
  const keys = await keysUnder(redis, prefix);
  const settled = ({ key, content }: { key: string; content: unknown }) =>
    /\{(alerts|notices)\}:pending$|\{clients\}:(all$|owner:)/.test(key)
      ? (content as string[]).filter((_, n) => n % 2 === 0)
      : content;
  return {
    byKey: Object.fromEntries(keys.map((one) => [one.key, settled(one)])),
    ends: Object.fromEntries(keys.flatMap(({ key, ends }) => (ends === undefined ? [] : [[key, ends]]))),
  };
}

/** What was there before, without what time has ended until now: a machine that is busy takes long to look. */
function stillThere({ byKey, ends }: Contents, later: Contents): Record<string, unknown> {
  const isOver = (key: string) => !(key in later.byKey) && (ends[key] ?? Infinity) <= Date.now();
  return Object.fromEntries(Object.entries(byKey).filter(([key]) => !isOver(key)));
}

/** Without the times that are left and have passed, which are others at the second time. */
function timeless(name: ScriptName, result: unknown): unknown {
  if (name === 'pollDeviceCode' && Array.isArray(result))
    return result.map((one) => (Array.isArray(one) ? one.toSpliced(5, 1).toSpliced(2, 1) : one));
  if (name === 'readDeviceCode' && Array.isArray(result)) return result.toSpliced(2, 1);
  if (name === 'readSecret' && Array.isArray(result)) return result.slice(0, 1);
  if (name === 'tryVoiceCode' && typeof result === 'number') return 'wait';
  if (name === 'tryVoiceCode') return typeof result === 'number' ? 'later' : result;
  if (name === 'countShare') return Number(result) > 0 ? 'wait' : result;
  return name === 'countAttempt' ? result === 0 : result;
}

/** Runs every script a second time with the very same arguments, and compares result and contents. */
function doubleEachScript(redis: Redis | Cluster, ran: Set<string>, contents: () => Promise<Contents>): void {
  let queue: Promise<unknown> = Promise.resolve();
  const scripts = Object.entries(allScripts()) as [ScriptName, { text: string; digest: string }][];
  const names = new Map(scripts.map(([name, { digest, text }]) => [digest, { name, text }]));
  const twice = async (command: 'eval' | 'eval_ro', digest: string, values: Values) => {
    const { name, text } = names.get(digest) ?? { name: digest as ScriptName, text: '' };
    const run = () => redis[command](text, SCRIPTS[name].length, ...values);
    expect([name, command]).toEqual([name, /^(read|list|find)/.test(name) ? 'eval_ro' : 'eval']);
    ran.add(name);
    const result = await run();
    const state = await contents();
    expect([name, timeless(name, await run())]).toEqual([name, timeless(name, result)]);
    const after = await contents();
    expect([name, after.byKey]).toEqual([name, stillThere(state, after)]);
    return result;
  };
  const doubled =
    (command: 'eval' | 'eval_ro') =>
    (digest: string, _keys: number, ...values: Values) => {
      const turn = queue.then(() => twice(command, digest, values));
      queue = turn.catch(() => {});
      return turn;
    };
  redis.evalsha = doubled('eval') as typeof redis.evalsha;
  redis.evalsha_ro = doubled('eval_ro') as typeof redis.evalsha_ro;
}
