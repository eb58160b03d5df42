import type { Factor } from '../../mfa/factor.ts';
import type { TwoStepVerification } from '../../mfa/two-step-verification.ts';
import { ENGLISH } from '../../words/reader.ts';
import type { AccountRow } from './account.ts';
import { formatCount } from './labels.ts';
import type { SafetyStep, SecuritySource } from './security-source.ts';

const HOME = '/account/security/two-step';
/** So few backup codes are soon none. */
const FEW = 3;

const SWITCH_ON: SafetyStep = {
  words: 'switch on two-step verification',
  why: 'Your password alone lets anybody in who learns it.',
  href: HOME,
};
const KEEP_A_WAY_IN: SafetyStep = {
  words: 'make backup codes',
  why: 'They let you in when your phone is lost.',
  href: `${HOME}/codes`,
};

/**
 * Passkeys and two-step verification, as the page Security tells of them.
 * @param passkeys whether any can be made at this address
 */
export function twoStepSource(twoStep: TwoStepVerification, passkeys: boolean): SecuritySource {
  return async function tellOfTwoSteps({ accountId }) {
    const factors = await twoStep.list(accountId);
    const isOn = factors.length > 0;
    const row = {
      icon: 'shield',
      label: 'Two-step verification',
      state: isOn ? 'On' : 'Off',
      action: isOn ? 'Manage' : 'Set up',
      href: HOME,
    };
    return {
      rows: passkeys ? [passkeyRow(factors), row] : [row],
      steps: isOn ? (hasBackup(factors) ? [] : [KEEP_A_WAY_IN]) : [SWITCH_ON],
    };
  };
}

function passkeyRow(factors: readonly Factor[]): AccountRow {
  const count = factors.filter(({ kind }) => kind === 'passkey').length;
  const shown = { icon: 'person', label: 'Passkeys' };
  return count === 0
    ? { ...shown, state: 'None', action: 'Add', href: `${HOME}/passkey` }
    : { ...shown, state: formatCount(ENGLISH, count, 'passkey', 'passkeys'), action: 'Manage', href: HOME };
}

function hasBackup(factors: readonly Factor[]): boolean {
  const codes = factors.find((factor) => factor.kind === 'backup-codes')?.left ?? 0;
  return codes > FEW || factors.some(({ kind }) => kind === 'phone');
}
