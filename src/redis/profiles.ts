import type { AccountProfile } from '../accounts/account.ts';
import type { Keyring } from './keyring.ts';

const placeOf = (accountId: string) => `account:${accountId}:profile`;

/** The profile in an account's record, as every script of the account's slot hands it out. */
export function sealProfile(keyring: Keyring, accountId: string, profile: AccountProfile): string {
  return keyring.seal(placeOf(accountId), profile);
}

/** `undefined` where there is none, or it was sealed elsewhere. */
export function openProfile(
  keyring: Keyring,
  accountId: string,
  sealed: string | null,
): AccountProfile | undefined {
  return sealed ? keyring.open<AccountProfile>(placeOf(accountId), sealed) : undefined;
}
