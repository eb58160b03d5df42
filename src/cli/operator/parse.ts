import { parseArgs } from 'node:util';
import type { Command, CommandInput } from './command.ts';
import { COMMANDS } from './commands.ts';

export interface Parsed extends Pick<CommandInput, 'words' | 'options'> {
  readonly outcome: 'run';
  readonly command: Command;
  readonly json: boolean;
  readonly yes: boolean;
}

type ParsedCommand = Parsed | { outcome: 'help' } | { outcome: 'usage'; message: string };

const SHARED = {
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** An id of anything, of nine random bytes at least, or an email: each may begin with a dash and is still no option. */
const NAME = /^([\w-]{12,}|[^=]+@.+)$/;

/** Reads the arguments after the tool's name. An error is an outcome that says what to change, never a throw. */
export function parseCommand(args: readonly string[]): ParsedCommand {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return { outcome: 'help' };
  const command = commandOf(args);
  if (!command) return { outcome: 'usage', message: `There is no command ${args.slice(0, 2).join(' ')}.` };
  const rest = args.slice(command.name.split(' ').length);
  const options = { ...SHARED, ...command.options };
  const isOption = (word: string) =>
    word.startsWith('-') && (!NAME.test(word) || Object.hasOwn(options, word.slice(2)));
  // Words come before options.
  const firstOption = rest.findIndex(isOption);
  const given = firstOption < 0 ? rest : rest.slice(0, firstOption);
  const words = given.slice(0, command.words + (command.moreWords ?? 0));
  if (words.length < command.words) {
    return { outcome: 'usage', message: `${command.name} takes: ${command.usage}` };
  }
  try {
    const { values } = parseArgs({ args: rest.slice(words.length), options });
    const { yes, json, help: _help, ...own } = values as Record<string, string | boolean | undefined>;
    return { outcome: 'run', command, words, options: own, yes: yes === true, json: json === true };
  } catch (error) {
    return { outcome: 'usage', message: error instanceof Error ? error.message : String(error) };
  }
}

function commandOf(args: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
}
