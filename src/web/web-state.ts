import type { Middleware, ParameterizedContext } from 'koa';
import type { Logger } from 'pino';
import type { Session } from '../accounts/session.ts';
import type { SecurityDetails, SecurityEventName } from '../audit/security-log.ts';
import type { FormAnswers } from './form-answers.ts';
import type { FormFields } from './middleware/form.ts';
import type { Views } from './views.ts';

/** What every request carries in `ctx.state`. */
export interface WebState {
  /** Names the request in the log and on error pages. */
  readonly requestId: string;
  /** Says the request id with each line. */
  readonly log: Logger;
  /** A line in the security log, about this request. Who is signed in is named without being asked for. */
  readonly audit: (event: SecurityEventName, details?: SecurityDetails) => void;
  readonly views: Views;
  /** Languages in the order in which the app wants them that sent the reader here (`ui_locales`). */
  wishes?: string | undefined;
  /** The fields of the form that was posted, once they are read: see `form`. */
  form?: FormFields;
  /** What forms led to, told by the pages that they lead to; on our pages only. */
  answers?: FormAnswers;
  /** Who is signed in; on our pages only. */
  browser: Session | undefined;
  /** Until its owner has set up or proved a second step that is demanded of them, this browser opens these alone. */
  mayOpen?: (path: string) => boolean;
  /** The owner proved who they are for this very request: set by `StepUp` alone. */
  justProved?: boolean;
  /**
   * For the hidden field `csrf` of a form; empty outside of our pages. Reading it makes the response set the
   * visitor cookie, so only a page with a form reads it.
   */
  readonly csrf: string;
  /** The answer is for a program, errors too. */
  forProgram?: boolean;
  /** The page asks for a passkey, which only a script of ours can. */
  ownScripts?: boolean;
  /** That script asks this server, while its page is open. */
  ownRequests?: boolean;
  /** What is sent is not ours: a browser that opens it by itself runs nothing in it, and shows it as of no site. */
  sandboxed?: boolean;
  /** The page shows another one of ours in a frame. */
  framesOurs?: boolean;
  /** This is that other one, under a policy of its own. */
  framed?: { readonly policy: string; readonly options: string };
  /** Where the form of this page may lead besides this site, as sources of the policy (CSP Level 3 section 2.3.1). */
  formTargets?: string;
  /** The pattern that the log names in place of the path, where no router has set one. */
  route?: string;
}

export type WebContext = ParameterizedContext<WebState>;
export type WebMiddleware = Middleware<WebState>;
