import type { AccountProfile } from '../accounts/account.ts';
import type { Keyring } from './keyring.ts';

export const placeOfProfile = (accountId: string) => `account:${accountId}:profile`;

/** The profile in an account's record, as every script of the account's slot hands it out. */
export function sealProfile(keyring: Keyring, accountId: string, profile: AccountProfile): string {
  return keyring.seal(placeOfProfile(accountId), profile);
}

/** `undefined` where there is none, or it was sealed elsewhere. */
export function openProfile(
  keyring: Keyring,
  accountId: string,
  sealed: string | null,
): AccountProfile | undefined {
  return sealed ? keyring.open<AccountProfile>(placeOfProfile(accountId), sealed) : undefined;
}
