import type { AccountStore } from '../../accounts/account-store.ts';
import type { PasswordChoice } from '../../sessions/password-choice.ts';
import type { SecuritySource } from './security-source.ts';

const PASSWORD = '/account/security/password';
const LONGER = {
  words: 'choose a longer password',
  why: 'It is the only thing that keeps others out, and has fewer than 15 characters.',
  href: PASSWORD,
};

/** The password, as the page Security tells of it. */
export function passwordSource(accounts: Pick<AccountStore, 'find'>, choice: PasswordChoice): SecuritySource {
  return async function tellOfPassword({ accountId }) {
    const account = await accounts.find(accountId);
    const { standsAlone } = account?.credentials ?? {};
    const isEnough = standsAlone !== false || (await choice.roleFor({ id: accountId })) === 'one-of-two';
    const state = isEnough ? 'Set' : 'Set, but short';
    return {
      rows: [{ icon: 'key', label: 'Password', state, action: 'Change', href: PASSWORD }],
      steps: isEnough ? [] : [LONGER],
    };
  };
}
