/** “It wasn’t me” about what has ended since: the page says so, and what is left to do. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/accounts/account.ts';
import type { EventKind } from '../../src/events/event.ts';
import { errorOf } from '../support/linked-device.ts';
import { MAKE } from './dispute-events.ts';
import { DisputeWorld, type Victim } from './dispute-world.ts';

let world: DisputeWorld;
beforeAll(async () => {
  world = await DisputeWorld.start();
});
afterAll(() => world.close());

const ownerOf = (accountId: AccountId) => ({ accountId, epoch: 1 });
const place = { address: '93.184.1.1', userAgent: 'the owner’s' };

/** How the owner has ended it without the button; each with what the page then says. */
const ENDED: Partial<Record<EventKind, { says: string; end(victim: Victim): Promise<unknown> }>> = {
  'device-linked': {
    says: 'This device is signed out already.',
    end: async ({ accountId, owner, network }) => {
      const devices = await world.server.stores.linkedDevices.list(ownerOf(accountId));
      const stolen = devices.find(({ claimed }) => claimed.name === 'Stolen TV');
      const at = `/account/devices/${stolen?.id}/remove`;
      await world.pagesOf(owner, network).submit(at, at, {});
    },
  },
  'signed-in': {
    says: 'That browser is signed out already.',
    end: ({ thief }) => world.server.stores.browsers.end(thief.sessionId),
  },
  'app-allowed': {
    says: 'This app has no access to your account any more.',
    end: async ({ accountId }) => {
      const { consents } = world.server.stores;
      const [consent] = await consents.list(ownerOf(accountId));
      await consents.end(ownerOf(accountId), consent?.id ?? '');
    },
  },
  'recovery-asked': {
    says: 'That request is over already.',
    end: ({ accountId }) =>
      world.server.stores.takeBacks.dropRecovery(accountId, Date.now(), {
        kind: 'recovery-cancelled',
        by: 'owner',
        place,
      }),
  },
};

describe('the button in a mail about what has ended since', () => {
  it.each(Object.entries(ENDED))(
    '%s: says that it is over, and still ends codes that wait',
    async (kind, { says, end }) => {
      const victim = await world.victim();
      await MAKE[kind as EventKind](world, victim);
      const link = await world.button(victim.accountId, kind as EventKind);
      const pages = world.server.visitor();
      expect((await pages.get(link)).text).not.toContain(says);
      await end(victim);
      const asked = await pages.get(link);
      expect(asked.text).toContain(`${says} If a device is being linked just now, that is stopped`);
      expect(asked.text).toContain('It wasn’t me: end codes that wait');
      expect(asked.text).not.toContain('take it back');
      const done = await pages.post(link, { csrf: asked.field('csrf') });
      expect(done.text).toContain('Ended already');
      expect(done.text).toContain(says);
      expect(done.text).not.toContain('Taken back');
      expect(errorOf(await world.device.poll(victim.entered.deviceCode))).toBe('access_denied');
    },
  );
});
