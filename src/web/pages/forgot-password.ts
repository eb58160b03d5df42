import type { FieldErrors, PageParts, Throttled, Wrong } from './page.ts';

/** `/forgot-password`; field `email`. The same whether or not the email has an account. */
export interface ForgotPasswordView extends PageParts {
  readonly page: 'forgot-password';
  readonly email?: string | undefined;
  /** The form was posted, and if there is such an account, the link is on its way. */
  readonly isSent: boolean;
  /** Development only: where the mail can be read. */
  readonly outboxLink: boolean;
  /** `wrong`: a link that no longer works led here. */
  readonly problem?: Wrong | Throttled | FieldErrors<{ readonly email: 'missing' | 'malformed' }> | undefined;
}
