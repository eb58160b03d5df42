import { ENGLISH } from '../../words/reader.ts';
import type { PageParts } from './page.ts';
import { formatWait } from './times.ts';

/** Any page that is shown instead of the one that was asked for. */
export interface ErrorView extends PageParts {
  readonly page: 'error';
  /** The HTTP status of the response. */
  readonly status: number;
  readonly heading: string;
  readonly message: string;
  /** What the reader can do about it. */
  readonly remedy: string;
  /** For those who build the app that led here: what was wrong with its request. */
  readonly detail?: string | undefined;
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

interface ErrorText {
  readonly status: number;
  readonly heading: string;
  readonly message: string;
  readonly remedy: string;
}

const ERRORS = {
  'bad-request': {
    status: 400,
    heading: 'That request can’t be read',
    message: 'Something in it is missing or damaged. Nothing was changed.',
    remedy: 'Go back and try again, or begin from the start page.',
  },
  'form-expired': {
    status: 403,
    heading: 'This form has expired',
    message:
      'The page was open for a long time, you signed out in the meantime, or your browser does not keep cookies. Nothing was changed.',
    remedy: 'Go back, reload the page, and try again. You may have to sign in first.',
  },
  forbidden: {
    status: 403,
    heading: 'This page is not open to you',
    message: 'You may be signed in to another account. Nothing was changed.',
    remedy: 'Sign out, sign in to the right account, and try again.',
  },
  'sign-in-gone': {
    status: 400,
    heading: 'This sign-in is over',
    message:
      'It took too long, it was answered already, or it was begun in another browser. Nothing was changed.',
    remedy: 'Go back to the app or website and sign in there again.',
  },
  'app-request': {
    status: 400,
    heading: 'This app’s request can’t be used',
    message:
      'The app or website sent you here with a request that this server does not take. Nothing was changed.',
    remedy: 'Go back and try again. If it goes on, tell the people who run the app.',
  },
  'not-found': {
    status: 404,
    heading: 'There is no such page',
    message: 'The address may be mistyped, or the page may have moved.',
    remedy: 'Check the address, or begin from the start page.',
  },
  'method-not-allowed': {
    status: 405,
    heading: 'This address can’t be used that way',
    message: 'You may have reloaded a page that was the answer to a form. Nothing was changed.',
    remedy: 'Begin from the start page.',
  },
  'too-large': {
    status: 413,
    heading: 'That was too much at once',
    message: 'What you sent is larger than this server takes. Nothing was changed.',
    remedy: 'Go back, shorten it, and try again.',
  },
  throttled: {
    status: 429,
    heading: 'Too many tries',
    message: 'To keep accounts safe, this server takes only so many tries at a time.',
    remedy: 'Wait a little, then try again.',
  },
  broken: {
    status: 500,
    heading: 'Something went wrong',
    message: 'The fault is on this server, not with you.',
    remedy: 'Try again in a moment. If it goes on, tell the person who runs this server.',
  },
  unavailable: {
    status: 503,
    heading: 'We can’t do this right now',
    message: 'This server cannot reach its records for the moment. Nothing was changed.',
    remedy: 'Try again in a minute.',
  },
} as const satisfies Record<string, ErrorText>;

export type ErrorKind = keyof typeof ERRORS;
export const ERROR_KINDS = Object.keys(ERRORS) as ErrorKind[];

/**
 * The page for a kind of error, with its words and status.
 * `waitSeconds`, where known, says in the remedy how long to wait.
 */
export function errorView(
  kind: ErrorKind,
  details: PageParts & { readonly requestId: string; readonly waitSeconds?: number | undefined },
): ErrorView {
  const { waitSeconds, ...parts } = details;
  const text = ERRORS[kind];
  const remedy =
    waitSeconds === undefined ? text.remedy : `Wait ${formatWait(ENGLISH, waitSeconds)}, then try again.`;
  return { page: 'error', ...parts, ...text, remedy };
}
