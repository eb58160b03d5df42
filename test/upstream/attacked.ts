/** An honest sign-in by a provider, of which a test alters one thing: no browser is signed in by it. */
import { expect } from '@jest/globals';
import { UpstreamWorld } from '../support/upstream-world.ts';
import type { PageClient } from '../web/page-client.ts';

interface Attacked {
  readonly world: UpstreamWorld;
  /** Of an owner who has linked both providers. */
  readonly email: string;
}

export async function attackedOwner(): Promise<Attacked> {
  const world = await UpstreamWorld.start();
  const { email, pages } = await world.owner();
  await world.link(pages);
  await world.link(pages, 'other');
  return { world, email };
}

/** Without the change the same browser is signed in, so that no test passes for another reason. */
export async function honestAgain({ world, email }: Attacked, visitor: PageClient): Promise<void> {
  expect(await world.whoIsIn(visitor)).toBe('');
  world.provider.honest();
  await world.signIn(visitor);
  expect(await world.whoIsIn(visitor)).toBe(email);
}
