import { describe, expect, it } from '@jest/globals';
import { SCRIPTS, type ScriptName } from '../../../src/redis/script-keys.ts';
import { WHILE_FULL } from '../../../src/redis/script-rules.ts';
import { allScripts } from '../../../src/redis/script-texts.ts';
import { LuaText } from '../lua-text.ts';
import { Bench, type OpenStores } from './bench.ts';
import { NO_ENDS, PATHS } from './ending-paths.ts';
import { makeWorld, type World } from './ending-world.ts';

export function describeAppEnds(open: OpenStores): void {
  describe('ends that apps have to hear of', () => {
    const bench = new Bench(open);
    const prepare = () => makeWorld(bench);

    it.each(PATHS)('are written where $path', async ({ end, ends }) => {
      const world = await prepare();
      await end(world);
      expect(await endsOf(world)).toEqual(ends);
      const pending = await world.stores.appEnds.pending(0, 1000);
      expect(pending.map(({ accountId }) => accountId)).toContain(world.accountId);
    });

    it('stay announced for 30 s, and are settled after that unless something was announced since', async () => {
      const { stores, accountId } = await prepare();
      const { appEnds } = stores;
      const announced = async () =>
        (await appEnds.pending(0, 1000)).find((owner) => owner.accountId === accountId);
      await stores.activity.prepareEnd(accountId, undefined);
      const fresh = await announced();
      expect(fresh?.mayBeUnderWay).toBe(true);
      if (fresh) await appEnds.settle(fresh);
      const { pendingNotices } = bench.keyspace;
      await bench.redis.zadd(pendingNotices, String(Date.now() - 60_000), accountId);
      const aged = await announced();
      expect(aged?.mayBeUnderWay).toBe(false);
      await stores.activity.prepareEnd(accountId, undefined);
      if (aged) await appEnds.settle(aged);
      await bench.redis.zadd(pendingNotices, String(Date.now() - 60_000), accountId);
      const last = await announced();
      if (last) await appEnds.settle(last);
      expect(await announced()).toBeUndefined();
    });

    it.each(NO_ENDS)('are not written where $path', async ({ end }) => {
      const world = await prepare();
      await end(world);
      expect(await endsOf(world)).toEqual({});
    });

    it('are written once: what has ended does not end again with the rest', async () => {
      const world = await prepare();
      const { stores, accountId, second } = world;
      await stores.browsers.end(second.sessionId);
      await stores.browsers.endByUid(second.uid);
      await stores.accounts.signOutEverything(accountId);
      await stores.accounts.signOutEverything(accountId);
      const ends = await stores.appEnds.list(accountId);
      const told = ends.map(({ app, browsers, isWhole }) => [nameOf(world, app), browsers.length, isWhole]);
      expect(told.sort()).toEqual([
        ['mail', 0, true],
        ['mail', 1, false],
        ['notes', 1, false],
        ['notes', 1, true],
        ['quiet', 0, true],
      ]);
    });

    it('are of every script that ends what a browser or an app has, and no other writes them', () => {
      const writes = (text: string) => /\bowe(Notice|OfBrowsers|OfAll)\b/.test(new LuaText(text).reached);
      const writing = Object.entries(allScripts()).filter(([, { text }]) => writes(text));
      expect(writing.map(([name]) => name).sort()).toEqual(
        [...new Set(PATHS.map(({ script }) => script))].sort(),
      );
      expect(
        ending()
          .filter((name) => !(name in SPARED))
          .sort(),
      ).toEqual(writing.map(([name]) => name).sort());
    });

    it('are made while memory is full, too, but by what gives something as well', () => {
      const refused = ending().filter((name) => !WHILE_FULL.has(name));
      expect(refused.sort()).toEqual(Object.keys(GIVING).sort());
    });
  });
}

/** Scripts that take something away to give another thing for it, or give memory back before all else. */
const GIVING: Readonly<Partial<Record<ScriptName, string>>> = {
  beginAppGrant: 'gives an app its access; what comes again is removed before anything is written',
  eraseAccount: 'only removes',
  finishRecovery: 'signs a browser in',
  insertSession: 'signs a browser in',
  renameConsent: 'it goes on under another name',
  resumeSession: 'only what time has ended leaves, before anything is written',
};

/** Scripts that take browsers or grants away of which no app hears. */
const SPARED: Readonly<Partial<Record<ScriptName, string>>> = {
  endWaiting: 'a grant that waits is a device’s',
  eraseAccount: 'closeAccount has ended everything before',
  renameConsent: 'it is there under another name',
  resumeSession: 'only what time has ended leaves',
  writeGrant: 'only what time has ended leaves for it',
};

/** Scripts that raise an epoch, or take a browser, grant or consent away. */
function ending(): ScriptName[] {
  const scripts = Object.entries(allScripts()) as [ScriptName, { text: string }][];
  return scripts.filter(([name, { text }]) => endsSomething(name, new LuaText(text))).map(([name]) => name);
}

function endsSomething(name: ScriptName, { body, reached }: LuaText): boolean {
  const keys: readonly string[] = SCRIPTS[name];
  const places = ['browsers', 'grants', 'consents']
    .filter((key) => keys.includes(key))
    .map((key) => keys.indexOf(key) + 1);
  const takes = places.some((place) => new RegExp(`'(HDEL|UNLINK)', (KEYS\\[${place}\\]|unpack)`).test(body));
  const makesRoom = keys.includes('browsers') && /\bmakeRoom\(KEYS\[2\]/.test(body);
  return takes || makesRoom || /'HINCRBY', (KEYS|keys)\[1\], 'epoch'/.test(reached);
}

function nameOf({ stores }: World, app: string): string {
  const known = ['notes', 'mail', 'quiet'].find((name) => stores.appEnds.namesOf(name).includes(app));
  return known ?? app;
}

async function endsOf(world: World): Promise<Record<string, string[]>> {
  const { stores, accountId, first, second } = world;
  const ends = await stores.appEnds.list(accountId);
  const entries = ends.map(({ app, browsers, isWhole }): [string, string[]] => {
    const known = (uid: string) => (uid === first.uid ? 'first' : uid === second.uid ? 'second' : uid);
    return [nameOf(world, app), [...browsers.map(known), ...(isWhole ? ['whole'] : [])]];
  });
  expect(new Set(entries.map(([name]) => name)).size).toBe(entries.length);
  return Object.fromEntries(entries);
}
