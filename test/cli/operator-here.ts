/** The operator's tool in this process, on a store that is there: its commands, its questions and its lines in the log. */
import type { CommandInput } from '../../src/cli/operator/command.ts';
import { type Ending, EXIT_CODES } from '../../src/cli/operator/ending.ts';
import { openOwnAdminService } from '../../src/cli/operator/open.ts';
import { parseCommand } from '../../src/cli/operator/parse.ts';
import { createLog } from '../../src/runtime/log.ts';
import type { WholeServer } from '../support/whole-server.ts';

interface RunHere {
  readonly code: number;
  readonly message: string | undefined;
  /** What `--json` would write. */
  readonly json: Record<string, unknown>;
  /** Lines of the log. */
  readonly lines: readonly Record<string, unknown>[];
}

export interface OperatorHere {
  run(...args: string[]): Promise<RunHere>;
  close(): Promise<void>;
}

export async function operatorHere({ environment }: WholeServer): Promise<OperatorHere> {
  let lines: Record<string, unknown>[] = [];
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
  const admin = await openOwnAdminService(environment, log);
  const run = async (...args: string[]): Promise<RunHere> => {
    const parsed = parseCommand(args);
    if (parsed.outcome !== 'run') throw new Error(`${args.join(' ')}: ${JSON.stringify(parsed)}`);
    const { command, words, options, yes } = parsed;
    lines = [];
    const audit: CommandInput['audit'] = (account, outcome, to) =>
      admin.audit({ command: command.name, operator: 'test', account: account?.id, ...to, outcome });
    const input = { words, options, audit, tell: () => undefined, confirm: async () => yes };
    const { outcome, message, data = {} }: Ending = await command.run(admin, input);
    return { code: EXIT_CODES[outcome], message, json: { outcome, ...data }, lines };
  };
  return { run, close: () => admin.close() };
}
