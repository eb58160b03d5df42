import type { AccountId } from '../accounts/account.ts';

/** Which device codes were entered in the browsers of an account, so that "It wasn't me" reaches these and no others. */
export interface EnteredCodeStore {
  /** Of one account the newest 100 are kept, for as long as each code lives. Nothing happens where there is no code. */
  record(accountId: AccountId, userCode: string): Promise<void>;
  /** Denies those that still wait. @returns how many */
  deny(accountId: AccountId): Promise<number>;
}
