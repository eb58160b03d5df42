/** What apps hear of an account, by scope. */
import type { AccountClaims, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import type { AccountId, AccountProfile } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Session } from '../accounts/session.ts';
import type { HouseholdStore } from '../household/household-store.ts';
import { CODE_GRANT, ID_TOKEN_CLAIMS } from './clients.ts';
import { failingClosed } from './failing-closed.ts';
import { ID_TOKEN_GRANT } from './id-token-clients.ts';
import { isLeftOut } from './refreshed-id-tokens.ts';
import { type RequestCache, requestCache } from './request-cache.ts';

/** Scope → its claims. `auth_time`, `amr` and `acr` tell how and when the owner signed in who confirmed the device. */
export const CLAIMS = {
  openid: ['sub', 'auth_time', 'amr', 'acr'],
  profile: ['name'],
  email: ['email', 'email_verified'],
  /** Who of the household uses the device, where its owner has given it to a member. */
  household: ['household_member'],
};

interface ClaimSources {
  readonly accounts: AccountStore;
  readonly household: Pick<HouseholdStore, 'find'>;
}

/** The profile came with the answer of the account's slot, where a grant was asked in this request. */
export function accountClaims({ accounts, household }: ClaimSources): FindAccount {
  return async function findAccount(ctx, sub, token) {
    const cache = requestCache();
    const grantId = (token as { grantId?: string } | undefined)?.grantId;
    const authority = grantId === undefined ? undefined : cache.authority(grantId);
    const known = grantId ? authority?.profile : browserOf(cache, sub)?.profile;
    const profile = known ?? (await activeProfile(accounts, sub as AccountId));
    if (!profile) return undefined;
    return {
      accountId: sub,
      claims: failingClosed(async (use, scope, requested): Promise<AccountClaims> => {
        if (use === 'id_token' && isLeftOut(ctx)) return { sub };
        const isTold = use !== 'id_token' || tellsInIdToken(ctx.oidc.client);
        const tells = (claim: string, of: string) =>
          claim in requested || (isTold && scope.split(' ').includes(of));
        const member =
          authority?.memberId && tells('household_member', 'household')
            ? await household.find(sub as AccountId, authority.memberId)
            : undefined;
        return { ...toldOf(sub, profile, tells), ...(member && { household_member: member }) };
      }),
    };
  };
}

/** @param tells whether a claim is told, that is of this scope */
export function toldOf(
  sub: string,
  profile: AccountProfile,
  tells: (claim: string, of: string) => boolean,
): AccountClaims {
  return {
    sub,
    ...(tells('name', 'profile') && { name: profile.name }),
    ...(tells('email', 'email') && { email: profile.email }),
    ...(tells('email_verified', 'email') && { email_verified: profile.emailVerified }),
  };
}

export function tellsInIdToken(client: KoaContextWithOIDC['oidc']['client']): boolean {
  const said = client?.[ID_TOKEN_CLAIMS];
  if (typeof said === 'boolean') return said;
  return [CODE_GRANT, ID_TOKEN_GRANT].some((grant) => client?.grantTypeAllowed(grant));
}

/** The signed-in browser that the request comes from has been asked for in it, and said that the account is active. */
function browserOf({ browser }: RequestCache, sub: string): Session | undefined {
  return browser?.accountId === sub ? browser : undefined;
}

async function activeProfile(accounts: AccountStore, id: AccountId): Promise<AccountProfile | undefined> {
  const account = await accounts.find(id);
  return account?.status === 'active' ? account.profile : undefined;
}
