import type { Router } from '@koa/router';
import type { AccountServices } from '../../account-changes/services.ts';
import type { AccountStore } from '../../accounts/account-store.ts';
import type { StepUp } from '../middleware/step-up.ts';
import type { PageTickets } from '../page-tickets.ts';
import { passwordSource } from '../pages/password-source.ts';
import type { SecuritySource } from '../pages/security-source.ts';
import type { WebState } from '../web-state.ts';
import { emailChangeRoutes } from './email-change.ts';
import { forgotPasswordRoutes } from './forgot-password.ts';
import { nameChangeRoutes } from './name-change.ts';
import { passwordChangeRoutes } from './password-change.ts';
import { readerRoutes } from './reader.ts';
import { securityRoutes } from './security.ts';

interface SecurityPages {
  readonly services: Pick<
    AccountServices,
    'nameChange' | 'readerChoice' | 'emailChange' | 'passwordChange' | 'passwordReset' | 'passwordChoice'
  >;
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly issuer: string;
  readonly stepUp: StepUp;
  readonly tickets: PageTickets;
  /** Mail is in the outbox of this server: development without a mail server. */
  readonly outbox: boolean;
  /** Whether owners sign in by passwords here. */
  readonly takesPasswords: boolean;
  /** What others have to say on the page Security, after the password. */
  readonly sources?: readonly SecuritySource[];
}

/** `/account/security` and what an owner changes about signing in, name, email, language and time zone included. */
export function securityPages(given: SecurityPages): Router<WebState>[] {
  const { services, accounts, sources = [] } = given;
  const password = given.takesPasswords ? [passwordSource(accounts, services.passwordChoice)] : [];
  return [
    securityRoutes({ ...given, ...services, sources: [...password, ...sources] }),
    nameChangeRoutes({ ...given, ...services }),
    readerRoutes({ ...given, ...services }),
    passwordChangeRoutes({ ...given, ...services }),
    emailChangeRoutes({ ...given, ...services }),
    forgotPasswordRoutes({ ...given, ...services }),
  ];
}
