import type { Stores } from '../../src/redis/stores.ts';
import type { PageClient } from '../web/page-client.ts';

export const SESSION = 'latchkey_session';

export const sessionOf = (pages: PageClient): string => pages.cookies.get(SESSION) ?? '';

/** Turns back when the owner of this browser proved who they are, as if it had been so long ago. */
export function ageProof(stores: Stores, pages: PageClient, minutes: number): Promise<void> {
  return ageProofOf(stores, sessionOf(pages), minutes);
}

/** The same of a session by its id, as the cookie of a real browser has it. */
export async function ageProofOf({ browsers }: Stores, sessionId: string, minutes: number): Promise<void> {
  const browser = await browsers.resume(sessionId);
  if (!browser) throw new Error('nobody is signed in');
  await browsers.save({ ...browser, authTime: Math.floor(Date.now() / 1000) - minutes * 60 });
}
