import type { Authority, GrantStore } from '../devices/grant-store.ts';
import type { Payload } from '../devices/payload.ts';
import { digestOf, type SealedRefreshToken } from '../devices/refresh-token-seals.ts';

/** What an account says at this moment of a refresh token that is presented. */
export interface PresentedRefreshToken {
  readonly grantId: string;
  readonly authority: Authority;
  /** What all tokens of its chain have in common. */
  readonly common: Payload;
  /** It was used up, or lost against another. */
  readonly isReplay: boolean;
}

/**
 * Asks the account's slot, which has the last word.
 * @param seal of a token that its client may present
 * @returns `undefined` for one that may not act, and for one of a chain that has not come so far
 */
export async function presentRefreshToken(
  grants: Pick<GrantStore, 'authorize'>,
  seal: SealedRefreshToken,
  reason: { claimsEnd?: boolean } = {},
): Promise<PresentedRefreshToken | undefined> {
  const { grantId, generation, name, place, expiresAt } = seal;
  const presented = { generation, refreshToken: { name, place, expiresAt: expiresAt * 1000 } };
  const authority = await grants.authorize(grantId, presented, reason);
  const { common, standing } = authority?.chain ?? {};
  if (!authority || !common || standing === 'ahead' || !isBoundAs(seal, common)) return undefined;
  return { grantId, authority, common, isReplay: standing === 'replay' };
}

function isBoundAs({ client, key }: SealedRefreshToken, { clientId, jkt }: Payload): boolean {
  const said = [clientId, jkt].map((one) => digestOf(typeof one === 'string' ? one : undefined));
  return said[0] === client && said[1] === key;
}
