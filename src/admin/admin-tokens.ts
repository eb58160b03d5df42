import type { AccountId } from '../accounts/account.ts';
import type { PresentedToken } from '../devices/bearer-tokens.ts';
import type { OperatorRole } from './operators.ts';

/** Which client calls, or which operator in the console, and what they may do. */
export interface AdminCaller {
  /** Empty where an operator does it. */
  readonly clientId: string;
  readonly operator?: { readonly id: AccountId; readonly role: OperatorRole } | undefined;
  readonly scopes: ReadonlySet<string>;
}

export interface AdminTokens {
  /** In which proofs may be signed (RFC 9449 section 7.1, `algs`). */
  readonly proofAlgorithms: readonly string[];
  /**
   * Who got this access token for the Admin API in its own name, and is still given all of it. `undefined` for every
   * other text: unknown, expired, ended with its client's epoch, of an account, for another resource. `'no-proof'`: the
   * proof of its key is none of this request and token, or was used before.
   * @throws StoreUnavailable
   */
  find(presented: PresentedToken): Promise<AdminCaller | 'no-proof' | undefined>;
}
