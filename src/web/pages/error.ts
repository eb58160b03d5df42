import type { PageParts } from './page.ts';

/** Any page that is shown instead of the one that was asked for. */
export interface ErrorView extends PageParts {
  readonly page: 'error';
  /** The HTTP status of the response. */
  readonly status: number;
  readonly kind: ErrorKind;
  /** How long the reader has to wait, where that is known. */
  readonly waitSeconds?: number | undefined;
  /** For those who build the app that led here: what was wrong with its request. */
  readonly detail?: string | undefined;
  /** Where the same is tried again; absent where that is no use. */
  readonly retry?: Retry | undefined;
  /** The app that led here registered itself: it is answered where the reader wants to go there. */
  readonly answerHeld?: UnseenSite | undefined;
  /** What the reader gives to the operator, who finds the log by it. */
  readonly requestId: string;
}

/** Where an app that registered itself would have its visitor, who has not seen the site yet. */
export interface UnseenSite {
  readonly appName: string;
  /** `undefined`: a program on the reader's own machine. */
  readonly site: string | undefined;
  readonly address: string;
  /** What goes there as a form; absent: the address says it all. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** The way back to what failed. A form is never posted again by itself: its page is shown, and its owner sends it. */
export interface Retry {
  readonly href: string;
  readonly isForm: boolean;
  /** What was typed stands there again. */
  readonly keepsText: boolean;
}

/** Each with its status; its words are the messages `errors.page.*`. */
const ERRORS = {
  'bad-request': 400,
  'form-expired': 403,
  forbidden: 403,
  'sign-in-gone': 400,
  'app-request': 400,
  'not-found': 404,
  'method-not-allowed': 405,
  'too-large': 413,
  throttled: 429,
  broken: 500,
  unavailable: 503,
} as const;

export type ErrorKind = keyof typeof ERRORS;
export const ERROR_KINDS = Object.keys(ERRORS) as ErrorKind[];

/** The page for a kind of error, with its status. */
export function errorView(
  kind: ErrorKind,
  details: PageParts & Pick<ErrorView, 'requestId' | 'waitSeconds' | 'retry'>,
): ErrorView {
  return { page: 'error', kind, status: ERRORS[kind], ...details };
}
