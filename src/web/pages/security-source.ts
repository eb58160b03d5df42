import type { Session } from '../../accounts/session.ts';
import type { Reader } from '../../words/reader.ts';
import type { AccountRow } from './account.ts';

/** Something that would make an account safer, and is not done. */
export interface SafetyStep {
  /** Behind "Next: ", such as "choose a longer password". */
  readonly words: string;
  /** A sentence. */
  readonly why: string;
  /** Where it is done. */
  readonly href: string;
}

/** A part of the server that has something to say on the page Security; shown in the order in which they are given to it. */
export type SecuritySource = (
  browser: Session,
  reader: Reader,
) => Promise<{ rows: readonly AccountRow[]; steps: readonly SafetyStep[] }>;
