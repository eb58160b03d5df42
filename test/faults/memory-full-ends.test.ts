/** An owner who takes something back is not kept from it by memory that others have filled, wherever in the store that is. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import { Bench } from '../redis/contract/bench.ts';
import { newCode } from '../redis/contract/code-states.ts';
import { PATHS } from '../redis/contract/ending-paths.ts';
import { makeWorld, type World } from '../redis/contract/ending-world.ts';
import { newApp } from '../redis/contract/factors.ts';
import { newGrantId, TIME } from '../redis/contract/grants.ts';
import { LinkKeyOwner } from '../support/link-key-owner.ts';
import { startRedisCluster, type TestCluster } from '../support/redis-cluster.ts';
import { randomId, testStores } from '../support/test-stores.ts';
import { FullMasters } from './full-masters.ts';

const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });

/** What gives something, too, on the way to its end, or needs it given there. */
const GIVING = [
  'a browser leaves for another one, since there are as many as may be',
  'a lost second step is removed',
  'everything is signed out but one browser, whose apps begin anew too',
  'a refresh token of an app comes again',
  'an app redeems its code after the browser was signed out, for access that stays',
  'the account is closed',
];

interface End {
  what: string;
  /** @returns the end, which says whether it was one */
  begin(world: World): Promise<() => Promise<unknown>>;
}

const waiting = async ({ stores, accountId }: World) => {
  const id = newGrantId(accountId);
  expect(await stores.grants.write(id, {}, TIME)).toBe('written');
  return id;
};
const linked = async (world: World) => {
  const id = await waiting(world);
  await world.stores.grants.activate(id, {}, event('device-linked'));
  return id;
};

/** Those of which no app hears. */
const OTHERS: readonly End[] = [
  {
    what: 'a device is removed',
    begin: async (world) => {
      const id = await linked(world);
      return () => world.stores.grants.end(id, event('device-deregistered'));
    },
  },
  {
    what: 'what was approved is taken back before the device came, by its owner or since its key is spent',
    begin: async (world) => {
      const id = await waiting(world);
      return () => world.stores.grants.end(id);
    },
  },
  {
    what: 'what waits is denied with the rest',
    begin: async (world) => {
      const id = await waiting(world);
      return async () => {
        await world.stores.takeBacks.endWaiting(world.accountId);
        return (await world.stores.grants.read(id)) === undefined;
      };
    },
  },
  {
    what: 'a code is denied',
    begin: async ({ stores }) => {
      const code = newCode();
      await stores.deviceCodes.create(code);
      return () => stores.deviceCodes.decide(code.deviceCode, 'denied', {});
    },
  },
  {
    what: 'a code that was approved is denied',
    begin: async ({ stores }) => {
      const code = newCode();
      await stores.deviceCodes.create(code);
      await stores.deviceCodes.decide(code.deviceCode, 'approved', {});
      return () => stores.deviceCodes.withdraw(code.deviceCode);
    },
  },
  {
    what: 'tokens are revoked',
    begin: async (world) => {
      const id = await linked(world);
      return async () => {
        await world.stores.grants.raiseGeneration(id);
        return !(await world.stores.grants.authorize(id, { generation: 0 }));
      };
    },
  },
  {
    what: 'a key that links machines is ended',
    begin: async ({ stores, first }) => {
      const owner = LinkKeyOwner.as(stores, first);
      await owner.makes();
      const [key] = await owner.list();
      return () => stores.linkKeys.end(first.accountId, key?.id ?? '', event('link-key-ended'));
    },
  },
  {
    what: 'a second step is removed',
    begin: async ({ stores, first }) => {
      const app = newApp();
      await stores.factors.add(first, app, event('factor-added'));
      return () => stores.factors.remove(first, app.id, event('factor-removed'));
    },
  },
  {
    what: 'a browser is trusted no longer',
    begin: async ({ stores, first }) => {
      const app = newApp();
      await stores.factors.add(first, app, event('factor-added'));
      const token = randomId();
      const proved = { ...first, factor: app.id };
      const place = { address: '127.0.0.1', userAgent: 'a browser' };
      await stores.trustedBrowsers.trust(proved, token, place, 60_000, event('browser-trusted'));
      const name = await stores.trustedBrowsers.nameOf(first.accountId, token);
      return () => stores.trustedBrowsers.end(first.accountId, name ?? '', event('browser-trust-ended'));
    },
  },
  {
    what: 'a voice code is removed',
    begin: async ({ stores, first }) => {
      await stores.voiceCodes.set(first, '4071', event('voice-code-set'));
      return () => stores.voiceCodes.remove(first, event('voice-code-removed'));
    },
  },
  {
    what: 'an account is kept that was to be closed',
    begin: async ({ stores, first }) => {
      await stores.closings.ask(first, 60_000, event('closing-asked'));
      return () => stores.closings.keep(first, event('closing-taken-back'));
    },
  },
  {
    what: 'the operator disables a client',
    begin:
      async ({ stores }) =>
      () =>
        stores.clientStates.act(randomId(), 'disable'),
  },
];

const ENDS: readonly End[] = [
  ...PATHS.filter(({ path }) => !GIVING.includes(path)).map(
    ({ path, end }): End => ({
      what: path,
      begin: async (world) => async () => {
        await end(world);
        return (await world.stores.appEnds.list(world.accountId)).length > 0;
      },
    }),
  ),
  ...OTHERS,
];

describe('while the memory of every master of a Cluster is full', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  const bench = new Bench((options) => testStores({ ...options, url: cluster.url }));
  afterAll(() => cluster.stop());

  it.each(ENDS)('$what all the same', async ({ begin }) => {
    const end = await begin(await makeWorld(bench));
    expect(await new FullMasters(cluster, bench.stores).allFull(end)).toBeTruthy();
  });
});
