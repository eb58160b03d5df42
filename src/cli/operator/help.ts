import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';

/** The text of `--help`. */
export function help(): string {
  return `Latchkey's operator's tool: works on the store of a Latchkey, with the settings that its server has.

Usage: npm run latchkey -- <command> [options]

${COMMANDS.map(described).join('\n')}
  doctor [--mail EMAIL] [--indexes]
      what is wrong with the settings and their files, Redis, its clock, the mail server, what servers
      call, which of them run, the lists, and the address in ISSUER; with --mail one mail is sent there, with --indexes
      the lists are held against every account and not some; it has exit codes of its own:
      0 nothing, 1 something to look at, 2 something does not work

  --yes       do not ask before what cannot be undone
  --json      one JSON object on standard output instead of words
  -h, --help  this text
  --version   which Latchkey this is: its version, commit and Node.js

It reads the same environment as the server: REDIS_URL, or the private Redis of a server that runs in DATA_DIR. What it
does to an account is told to the account's owner under Recent activity, and is a line of JSON on standard error.

Exit codes:
  0  done, or it was so already
  1  it failed
  2  wrong usage or settings
  3  there is no such account, device, client or token
  4  refused: it would do no good
  5  not confirmed
  6  no Latchkey runs here, or Redis cannot be reached
`;
}

function described({ name, usage, summary }: Command): string {
  return `  ${`${name} ${usage}`.trim()}\n      ${summary}`;
}
