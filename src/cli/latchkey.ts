/** Process entry of `npm run latchkey`: arguments, questions, exit code. What each command does is in operator/. */
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { destination } from 'pino';
import { ConfigError } from '../config/config.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import { SealedWithAnotherSecret } from '../redis/installation-secrets.ts';
import { UnknownStoreFormat } from '../redis/store-format.ts';
import { StoreAbsent } from '../redis/store-wait.ts';
import { createLog } from '../runtime/log.ts';
import { buildOf } from '../runtime/version.ts';
import { NoInstallation } from '../server/operator.ts';
import type { CommandInput } from './operator/command.ts';
import type { DoctorOptions } from './operator/doctor.ts';
import { type Ending, EXIT_CODES } from './operator/ending.ts';
import { help } from './operator/help.ts';
import { openOwnAdminService } from './operator/open.ts';
import { type Parsed, parseCommand } from './operator/parse.ts';

const args = process.argv.slice(2);
const parsed = parseCommand(args);
const options = optionsOfDoctor(args);
if (args[0] === '--version') process.stdout.write(`${buildText(args.includes('--json'))}\n`);
else if (options) await seeDoctor(options);
else if (parsed.outcome === 'help') process.stdout.write(help());
else if (parsed.outcome === 'usage') end(parsed, process.argv.includes('--json'));
else end(await run(parsed).catch(explained), parsed.json);

async function run({ command, words, options, yes, json }: Parsed): Promise<Ending> {
  const log = createLog('info', destination({ dest: 2, sync: true }));
  const open = command.open ?? openOwnAdminService;
  const admin = await open(process.env, log, words);
  const audit: CommandInput['audit'] = (account, outcome, to) =>
    admin.audit({ command: command.name, operator: whoAmI(), account: account?.id, ...to, outcome });
  try {
    const tell: CommandInput['tell'] = (progress, data) =>
      process.stderr.write(`${json ? JSON.stringify({ progress: data }) : progress}\n`);
    return await command.run(admin, { words, options, audit, tell, confirm: yes ? async () => true : ask });
  } finally {
    await admin.close();
  }
}

/** What is known without a store: the rest is for doctor. */
function buildText(json: boolean): string {
  const build = buildOf(process.version);
  const { version, commit, node } = build;
  return json ? JSON.stringify(build) : `${version}, commit ${commit}, Node.js ${node}`;
}

/** `undefined` where something else is asked for. */
function optionsOfDoctor([command, ...words]: readonly string[]): DoctorOptions | undefined {
  if (command !== 'doctor') return undefined;
  try {
    const options = {
      json: { type: 'boolean' },
      indexes: { type: 'boolean' },
      mail: { type: 'string' },
    } as const;
    const { json = false, indexes = false, mail } = parseArgs({ args: [...words], options }).values;
    return { json, mail, indexes };
  } catch {
    return undefined;
  }
}

/** It has exit codes of its own: nothing that it looks at is a failure of the tool. */
async function seeDoctor(options: DoctorOptions): Promise<void> {
  const { doctor } = await import('./operator/doctor.ts');
  const { code, text } = await doctor(process.env, options);
  process.stdout.write(`${text}\n`);
  process.exitCode = code;
}

/** Only a person at a terminal can be asked. */
async function ask(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`${question}\nType yes to go on: `)).trim().toLowerCase() === 'yes';
  } finally {
    lines.close();
  }
}

/** A container's user may have no name. */
function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

function end({ outcome, message, data }: Ending, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ outcome, ...(data ?? { message }) })}\n`);
  else if (outcome === 'done') process.stdout.write(`${message}\n`);
  else process.stderr.write(`${message}\n${outcome === 'usage' ? 'Try: npm run latchkey -- --help\n' : ''}`);
  process.exitCode = EXIT_CODES[outcome];
}

/** Of another secret, or another version. */
function isOfAnother(error: unknown): error is Error {
  return error instanceof SealedWithAnotherSecret || error instanceof UnknownStoreFormat;
}

function explained(error: unknown): Ending {
  if (error instanceof ConfigError) return { outcome: 'usage', message: error.message };
  if (error instanceof StoreAbsent) {
    return { outcome: 'unavailable', message: `${error.message} Nothing was changed.` };
  }
  if (error instanceof NoInstallation || isOfAnother(error)) {
    return { outcome: 'unavailable', message: error.message };
  }
  if (error instanceof OperatorError) return { outcome: 'failed', message: error.message };
  if (error instanceof StoreUnavailable) {
    return {
      outcome: 'unavailable',
      message: 'Redis cannot be reached, or did not answer: whether the command took effect is not known.',
    };
  }
  return {
    outcome: 'failed',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
