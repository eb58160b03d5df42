import type { AccountStore } from '../../accounts/account-store.ts';
import type { PasswordChoice } from '../../sessions/password-choice.ts';
import type { Reader } from '../../words/reader.ts';
import type { SecuritySource } from './security-source.ts';

const PASSWORD = '/account/security/password';
const longer = (reader: Reader) => ({
  words: reader.t('security.step.longer'),
  why: reader.t('security.step.longer-why'),
  href: PASSWORD,
});

/** The password, as the page Security tells of it. */
export function passwordSource(accounts: Pick<AccountStore, 'find'>, choice: PasswordChoice): SecuritySource {
  return async function tellOfPassword({ accountId }, reader) {
    const account = await accounts.find(accountId);
    const { standsAlone, passwordHash } = account?.credentials ?? {};
    const isSet = passwordHash !== undefined;
    const isEnough = standsAlone !== false || (await choice.roleFor({ id: accountId })) === 'one-of-two';
    const state = isEnough ? 'security.row.set' : 'security.row.set-short';
    return {
      rows: [
        {
          icon: 'key',
          label: reader.t('security.row.password'),
          state: reader.t(isSet ? state : 'security.row.password-none'),
          action: reader.t(isSet ? 'security.row.change' : 'security.row.password-set'),
          href: PASSWORD,
        },
      ],
      steps: isEnough ? [] : [longer(reader)],
    };
  };
}
