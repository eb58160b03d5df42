import type { Factor } from '../../mfa/factor.ts';
import type { TwoStepVerification } from '../../mfa/two-step-verification.ts';
import type { Reader } from '../../words/reader.ts';
import type { AccountRow } from './account.ts';
import type { SafetyStep, SecuritySource } from './security-source.ts';

const HOME = '/account/security/two-step';
/** So few backup codes are soon none. */
const FEW = 3;

const switchOn = (reader: Reader): SafetyStep => ({
  words: reader.t('security.step.two-step'),
  why: reader.t('security.step.two-step-why'),
  href: HOME,
});
const keepAWayIn = (reader: Reader): SafetyStep => ({
  words: reader.t('security.step.codes'),
  why: reader.t('security.step.codes-why'),
  href: `${HOME}/codes`,
});

/**
 * Passkeys and two-step verification, as the page Security tells of them.
 * @param passkeys whether any can be made at this address
 */
export function twoStepSource(twoStep: TwoStepVerification, passkeys: boolean): SecuritySource {
  return async function tellOfTwoSteps({ accountId }, reader) {
    const factors = await twoStep.list(accountId);
    const isOn = factors.length > 0;
    const row = {
      icon: 'shield',
      label: reader.t('security.two-step'),
      state: reader.t(isOn ? 'security.row.on' : 'security.row.off'),
      action: reader.t(isOn ? 'security.manage' : 'security.row.set-up'),
      href: HOME,
    };
    return {
      rows: passkeys ? [passkeyRow(reader, factors), row] : [row],
      steps: isOn ? (hasBackup(factors) ? [] : [keepAWayIn(reader)]) : [switchOn(reader)],
    };
  };
}

function passkeyRow(reader: Reader, factors: readonly Factor[]): AccountRow {
  const count = factors.filter(({ kind }) => kind === 'passkey').length;
  const shown = { icon: 'person', label: reader.t('security.row.passkeys') };
  return count === 0
    ? {
        ...shown,
        state: reader.t('security.row.none'),
        action: reader.t('security.row.add'),
        href: `${HOME}/passkey`,
      }
    : {
        ...shown,
        state: reader.t('security.row.count-passkeys', { count }),
        action: reader.t('security.manage'),
        href: HOME,
      };
}

function hasBackup(factors: readonly Factor[]): boolean {
  const codes = factors.find((factor) => factor.kind === 'backup-codes')?.left ?? 0;
  return codes > FEW || factors.some(({ kind }) => kind === 'phone');
}
