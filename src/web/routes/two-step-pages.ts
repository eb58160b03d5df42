import type { Router } from '@koa/router';
import type { AccountServices } from '../../account-changes/services.ts';
import type { ProvedAction } from '../../config/proof-ages.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { FlashMessages } from '../flash-messages.ts';
import { pacedBy } from '../middleware/change-pace.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import type { WebState } from '../web-state.ts';
import { addAppRoutes } from './add-app.ts';
import { addPasskeyRoutes } from './add-passkey.ts';
import { addPhoneRoutes } from './add-phone.ts';
import { backupCodesRoutes } from './backup-codes.ts';
import type { SignedInPage } from './signed-in.ts';
import { twoStepRoutes } from './two-step.ts';

export interface TwoStepPages {
  readonly services: Pick<
    AccountServices,
    'twoStep' | 'addApp' | 'addPasskey' | 'addPhone' | 'trustedBrowsers' | 'proving'
  >;
  readonly stepUp: StepUp;
  readonly limiter: Pick<Limiter, 'take'>;
  readonly tickets: PageTickets;
  readonly flash: FlashMessages;
  /** Text messages are in the outbox of this server: development without a gateway. */
  readonly textsInOutbox: boolean;
  readonly issuer: string;
  /** The name of the brand. */
  readonly product: string;
  /** The operator demands two-step verification of every owner. */
  readonly isDemanded?: boolean;
  readonly now: () => number;
}

/** A page that changes what the owner proves: a fresh proof, and not too often. */
export function changesFactors(
  { stepUp, limiter }: TwoStepPages,
  page: SignedInPage,
  action: ProvedAction = 'change-factors',
): SignedInPage {
  return stepUp.before(action, pacedBy(limiter, 'FACTORS_CHANGE_ACCOUNT', page));
}

/** `/account/security/two-step` and what lies below it. */
export function twoStepPages(given: TwoStepPages): Router<WebState>[] {
  return [
    twoStepRoutes(given),
    addAppRoutes(given),
    addPasskeyRoutes(given),
    backupCodesRoutes(given),
    addPhoneRoutes(given),
  ];
}
