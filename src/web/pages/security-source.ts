import type { Session } from '../../accounts/session.ts';

/** One thing on the page Login & security: how it stands, and the one action about it. */
export interface SecurityRow {
  /** Of `views/static/icons.svg`. */
  readonly icon: string;
  readonly label: string;
  readonly state: string;
  /** Whether what the state says was typed by a person, and so is set apart. */
  readonly isTyped?: boolean;
  /** A verb, such as "Change". */
  readonly action: string;
  readonly href: string;
}

/** Something that makes an account safer, done or not. */
export interface SecurityCheck {
  readonly isDone: boolean;
  readonly words: string;
  /** Where it is done. */
  readonly href: string;
}

/** A part of the server that has something to say on that page; shown in the order in which they are given to it. */
export type SecuritySource = (
  browser: Session,
) => Promise<{ rows: readonly SecurityRow[]; checks: readonly SecurityCheck[] }>;
