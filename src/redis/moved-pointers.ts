import type { StoreContext } from './store-context.ts';

/**
 * A pointer to an account lies under the secret that writes now; those under older ones leave. The new one comes first, and
 * leaves again where the account has meanwhile given up what it is found by.
 * @param keys its keys under every secret, that of now first
 * @returns whether it lay under another one
 */
export async function movePointer(
  { scripts }: StoreContext,
  [current, ...older]: readonly string[],
  accountId: string,
  isStillHeld: () => Promise<boolean>,
): Promise<boolean> {
  const read = (key: string) => scripts.plain('reading a pointer to an account', (redis) => redis.get(key));
  const held = await Promise.all(older.map(read));
  if (current === undefined || !held.includes(accountId)) return false;
  await scripts.change('claimPointer', { pointer: current }, [accountId]);
  const left = (await isStillHeld()) ? older : [current];
  for (const key of left) await scripts.change('releasePointer', { pointer: key }, [accountId]);
  return true;
}
