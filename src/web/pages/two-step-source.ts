import type { TwoStepVerification } from '../../mfa/two-step-verification.ts';
import type { SecuritySource } from './security-source.ts';

const HOME = '/account/security/two-step';
/** So few backup codes are soon none. */
const FEW = 3;

/** Two-step verification, as the page Login & security tells of it. */
export function twoStepSource(twoStep: TwoStepVerification): SecuritySource {
  return async function tellOfTwoSteps({ accountId }) {
    const factors = await twoStep.list(accountId);
    const isOn = factors.length > 0;
    const codes = factors.find((factor) => factor.kind === 'backup-codes')?.left ?? 0;
    const hasPhone = factors.some(({ kind }) => kind === 'phone');
    const backup = {
      isDone: codes > FEW || hasPhone,
      words: 'Keep a second way in, for when your phone is lost: backup codes, or a backup phone.',
      href: `${HOME}/codes`,
    };
    return {
      rows: [
        {
          icon: 'shield',
          label: 'Two-step verification',
          state: isOn ? 'On' : 'Off: your password alone lets anybody in',
          action: isOn ? 'Manage' : 'Switch on',
          href: HOME,
        },
      ],
      checks: [
        { isDone: isOn, words: 'Switch on two-step verification.', href: HOME },
        ...(isOn ? [backup] : []),
      ],
    };
  };
}
