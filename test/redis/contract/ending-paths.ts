/** Every path on which an owner's access ends, or an app's, straight at the stores. */
import { expect } from '@jest/globals';
import type { ActivityEvent, EventKind } from '../../../src/events/event.ts';
import type { ScriptName } from '../../../src/redis/script-keys.ts';
import { StoredState } from '../../support/stored-state.ts';
import { newBrowser, randomId } from '../../support/test-stores.ts';
import { appGrant } from './consents.ts';
import type { World } from './ending-world.ts';
import { newApp } from './factors.ts';
import { newGrantId, TIME } from './grants.ts';

const TIMES = { idle: 3_600_000, absolute: 86_400_000 };
const event = (kind: EventKind, by: ActivityEvent['by'] = 'owner'): ActivityEvent => ({ kind, by });

/** Whose end, in which browsers; whole: nothing is left of it. */
type Ends = Partial<Record<'notes' | 'mail' | 'quiet', ('first' | 'second' | 'whole')[]>>;

const ALL: Ends = {
  notes: ['first', 'second', 'whole'],
  mail: ['second', 'whole'],
  quiet: ['whole'],
};
const SECOND: Ends = { notes: ['second'], mail: ['second'] };
const OF_NOTES: Ends = { notes: ['first'] };

interface Path {
  path: string;
  script: ScriptName;
  end: (world: World) => Promise<unknown>;
  ends: Ends;
}

const begin = ({ stores, consents }: World, grantId: string, session: string) =>
  stores.consents.begin(grantId, appGrant(consents.notes, { session }));

const accountOf = async ({ stores, accountId }: World) => {
  const account = await stores.accounts.find(accountId);
  if (!account) throw new Error('no account');
  return account;
};

/** Every path on which an owner's access ends, or an app's. */
export const PATHS: readonly Path[] = [
  {
    path: 'a browser signs out',
    script: 'endSession',
    end: ({ stores, second }) => stores.browsers.end(second.sessionId, event('signed-out')),
    ends: SECOND,
  },
  {
    path: 'a browser signs in anew, and its session before ends without an event',
    script: 'endSession',
    end: ({ stores, second }) => stores.browsers.end(second.sessionId),
    ends: SECOND,
  },
  {
    path: 'a browser is signed out from another one, by its owner or by “It wasn’t me”',
    script: 'endSession',
    end: ({ stores, second }) => stores.browsers.endByUid(second.uid, event('signed-out')),
    ends: SECOND,
  },
  {
    path: 'all other browsers are signed out',
    script: 'endOtherSessions',
    end: ({ stores, first }) => stores.browsers.endOthers(first, event('signed-out-others')),
    ends: SECOND,
  },
  {
    path: 'a browser leaves for another one, since there are as many as may be',
    script: 'insertSession',
    end: ({ stores, accountId }) => stores.browsers.insert(newBrowser(accountId, 1), TIMES),
    ends: OF_NOTES,
  },
  {
    path: 'the owner removes an app, or “It wasn’t me” does',
    script: 'endConsent',
    end: ({ stores, first, consents }) => stores.consents.end(first, consents.notes.id, event('app-removed')),
    ends: { notes: ['first', 'second', 'whole'] },
  },
  {
    path: 'everything is signed out, by the owner or the operator',
    script: 'signOutEverything',
    end: ({ stores, accountId }) => stores.accounts.signOutEverything(accountId),
    ends: ALL,
  },
  {
    path: 'everything is signed out but one browser, whose apps begin anew too',
    script: 'signOutEverything',
    end: ({ stores, accountId, first }) =>
      stores.accounts.signOutEverything(accountId, event('signed-out-everything'), {
        epoch: 1,
        copy: randomId(),
        stays: { was: first.uid, becomes: newBrowser(accountId, 1), time: TIMES },
      }),
    ends: ALL,
  },
  {
    path: 'the password changes, or is set anew',
    script: 'changePassword',
    end: async (world) =>
      world.stores.accounts.changePassword(
        await accountOf(world),
        { passwordHash: 'new' },
        event('password-changed'),
      ),
    ends: ALL,
  },
  {
    path: 'the operator disables the account',
    script: 'changeStatus',
    end: ({ stores, accountId }) => stores.accounts.setStatus(accountId, 'disabled'),
    ends: ALL,
  },
  {
    path: '“It wasn’t me” ends everything',
    script: 'takeBack',
    end: ({ stores, accountId }) =>
      stores.takeBacks.endEverything(
        accountId,
        { what: 'everything' },
        { ended: event('signed-out-everything') },
      ),
    ends: ALL,
  },
  {
    path: 'a lost second step is removed',
    script: 'finishRecovery',
    end: async ({ stores, accountId, first }) => {
      await stores.factors.add(first, newApp(), event('factor-added'));
      const wait = { wait: 1000, open: 3_600_000 };
      await stores.recoveries.ask(first, wait, event('recovery-asked'));
      await new StoredState(stores).passSinceRecovery(accountId, 2000);
      const browser = newBrowser(accountId, 1);
      expect(await stores.recoveries.finish(browser, TIMES, event('recovery-done'))).toBeDefined();
    },
    ends: ALL,
  },
  {
    path: 'the account is closed',
    script: 'closeAccount',
    end: async ({ stores, accountId, first }) => {
      await stores.closings.ask(first, 0, event('closing-asked'));
      // What is left of it goes once apps are told: here nothing tells them.
      const cut = new Error('cut off');
      const erased = stores.closings.erase(accountId, () => Promise.reject(cut));
      await expect(erased).rejects.toBe(cut);
    },
    ends: ALL,
  },
  {
    path: 'a refresh token of an app comes again',
    script: 'endGrant',
    end: async ({ stores, grantId }) => {
      const add = (parent: string | undefined, name: string) =>
        stores.grants.addRefreshToken(
          grantId,
          { parent: parent === undefined ? undefined : { name: parent }, generation: 0, name, value: name },
          event('app-replayed', 'server'),
        );
      await add(undefined, 'a');
      await add('a', 'b');
      await add('b', 'c');
      await add('c', 'd');
      expect((await add('a', 'e')).outcome).toBe('replay');
    },
    ends: OF_NOTES,
  },
  {
    path: 'a code of an app comes again',
    script: 'beginAppGrant',
    end: async (world) => {
      expect((await begin(world, world.grantId, world.first.uid)).outcome).toBe('replay');
      expect((await begin(world, world.grantId, world.first.uid)).outcome).toBe('replay');
    },
    ends: OF_NOTES,
  },
  {
    path: 'an app redeems its code after the browser was signed out, for access that stays',
    script: 'beginAppGrant',
    end: async (world) => {
      const late = newBrowser(world.accountId, 1);
      const begun = await begin(world, newGrantId(world.accountId), late.uid);
      expect(begun.outcome).toBe('begun');
      const ends = await world.stores.appEnds.list(world.accountId);
      expect(ends.map(({ browsers }) => browsers)).toEqual([[late.uid]]);
      await world.stores.appEnds.forget(world.accountId, [ends[0]?.id ?? '']);
    },
    ends: {},
  },
];

/** What ends nothing of an app, or what the app itself has done. */
export const NO_ENDS: readonly { path: string; end: (world: World) => Promise<unknown> }[] = [
  {
    path: 'an app signs itself off',
    end: ({ stores, grantId }) => stores.grants.end(grantId, event('app-signed-off', 'app')),
  },
  {
    path: 'a device is removed',
    end: async ({ stores, accountId }) => {
      const id = newGrantId(accountId);
      await stores.grants.write(id, {}, TIME);
      await stores.grants.activate(id, {});
      expect(await stores.grants.end(id, event('device-deregistered'))).toBe(true);
    },
  },
  {
    path: 'what waits is denied',
    end: ({ stores, accountId }) => stores.takeBacks.endWaiting(accountId),
  },
  {
    path: 'a sign-out is refused',
    end: ({ stores, accountId }) =>
      stores.accounts.signOutEverything(accountId, undefined, {
        epoch: 9,
        copy: randomId(),
        stays: undefined,
      }),
  },
  {
    path: 'an app gets less',
    end: ({ stores, first, consents: { notes } }) =>
      stores.consents.write(
        first,
        { clientId: 'notes', granted: ['openid'], refused: [] },
        { replaces: notes, less: true, narrow: (payload) => payload },
      ),
  },
];
