/** What is under way to a provider is good for ten minutes, by this server's clock. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { CORP, UpstreamWorld } from '../support/upstream-world.ts';
import type { PageClient } from '../web/page-client.ts';

const SECOND = 1000;
const TEN_MINUTES = 600 * SECOND;

let later = 0;
let world: UpstreamWorld;
let email: string;
let visitor: PageClient;
beforeAll(async () => {
  world = await UpstreamWorld.start({ now: () => Date.now() + later });
  const owner = await world.owner();
  email = owner.email;
  await world.link(owner.pages);
});
afterAll(() => world.close());
beforeEach(() => {
  later = 0;
  visitor = world.server.visitor();
});

it('an owner who takes nearly ten minutes at the provider is signed in', async () => {
  const callback = await world.signInThere(await world.leave(visitor));
  later = TEN_MINUTES - 30 * SECOND;
  await world.comeBack(visitor, callback);
  expect(await world.whoIsIn(visitor)).toBe(email);
});

it('nobody is signed in by an answer that lay about for longer', async () => {
  const callback = await world.signInThere(await world.leave(visitor));
  const asked = world.provider.asked.length;
  later = TEN_MINUTES;
  const told = await world.comeBack(visitor, callback);
  expect([told.status, told.text]).toEqual([400, expect.stringContaining('</span> is no longer good')]);
  expect(await world.whoIsIn(visitor)).toBe('');
  // Nor is the provider asked about it.
  expect(world.provider.asked.slice(asked)).toEqual([]);
});

it('a page that was left open for longer leads back to the sign-in, and not to the provider', async () => {
  await world.leave(visitor);
  later = TEN_MINUTES;
  expect((await visitor.get(CORP)).location).toBe('/sign-in');
});
