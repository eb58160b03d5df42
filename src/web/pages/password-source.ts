import type { AccountStore } from '../../accounts/account-store.ts';
import type { PasswordChoice } from '../../sessions/password-choice.ts';
import type { SecuritySource } from './security-source.ts';

const PASSWORD = '/account/security/password';

/** Password, email and name, as the page Login & security tells of them. */
export function passwordSource(accounts: Pick<AccountStore, 'find'>, choice: PasswordChoice): SecuritySource {
  return async function tellOfPassword({ accountId, profile }) {
    const account = await accounts.find(accountId);
    const { standsAlone } = account?.credentials ?? {};
    const isEnough = standsAlone !== false || (await choice.roleFor({ id: accountId })) === 'one-of-two';
    const state = isEnough ? 'Set' : 'Set, but short';
    return {
      rows: [
        { icon: 'key', label: 'Password', state, action: 'Change', href: PASSWORD },
        {
          icon: 'mail',
          label: 'Email',
          state: profile.email,
          isTyped: true,
          action: 'Change',
          href: '/account/security/email',
        },
        {
          icon: 'person',
          label: 'Name',
          state: profile.name,
          isTyped: true,
          action: 'Change',
          href: '/account/security/name',
        },
      ],
      checks: [
        isEnough
          ? { isDone: true, words: 'Your password is long enough.', href: PASSWORD }
          : {
              isDone: false,
              words:
                'Choose a password of 15 characters or more: yours is the only thing that keeps others out.',
              href: PASSWORD,
            },
      ],
    };
  };
}
