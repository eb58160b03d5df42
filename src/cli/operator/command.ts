import type { Logger } from 'pino';
import type { Account } from '../../accounts/account.ts';
import type { ActTarget, AdminService } from '../../server/operator.ts';
import type { Ending } from './ending.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One thing that the operator can do. */
export interface Command {
  /** As it is typed: `accounts create`. */
  readonly name: string;
  /** What follows the name, for the help. */
  readonly usage: string;
  readonly summary: string;
  /** How many words follow the name. */
  readonly words: number;
  /** How many more may follow. */
  readonly moreWords?: number;
  /** Options of its own; `--yes`, `--json` and `--help` are understood by all. */
  readonly options?: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;
  /** On which store, where it is not that of the server whose environment this is. */
  open?(environment: Environment, log: Logger, words: readonly string[]): Promise<AdminService>;
  run(admin: AdminService, input: CommandInput): Promise<Ending>;
}

export interface CommandInput {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Asks before what cannot be undone; `false`: nothing is to happen. */
  confirm(question: string): Promise<boolean>;
  /**
   * Writes the line that says who did what to whom; `undefined`: to no account yet, or to all.
   * @param to which of its things, or which client, it was done to
   */
  audit(account: Account | undefined, outcome: string, to?: ActTarget): void;
  /** Says how far a long work has come, on standard error; @param data the same for programs */
  tell(progress: string, data: Readonly<Record<string, unknown>>): void;
}

export const notConfirmed: Ending = {
  outcome: 'not-confirmed',
  message: 'Nothing was changed. Say yes when asked, or give --yes.',
};
