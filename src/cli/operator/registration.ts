/** Commands about who may register a client. */
import { MAX_DAYS, MAX_INITIAL_TOKENS, MAX_USES } from '../../apps/initial-tokens.ts';
import type { AdminService } from '../../server/operator.ts';
import type { Command, CommandInput } from './command.ts';
import { done, type Ending } from './ending.ts';

const text = { type: 'string' } as const;
const DAY = 86_400_000;

export const registrationCommands: readonly Command[] = [
  {
    name: 'registration create',
    usage: '[--name TEXT] [--uses N] [--days N]',
    summary: 'an initial access token: with it, N clients (1) may register themselves within N days (7)',
    words: 0,
    options: { name: text, uses: text, days: text },
    run: create,
  },
  {
    name: 'registration list',
    usage: '',
    summary: 'initial access tokens that are still good, without the tokens themselves',
    words: 0,
    run: list,
  },
  {
    name: 'registration end',
    usage: 'TOKEN_ID',
    summary: 'end an initial access token; clients that were registered with it stay',
    words: 1,
    run: end,
  },
];

async function create({ initialTokens, registration }: AdminService, input: CommandInput): Promise<Ending> {
  if (registration === 'closed')
    return { outcome: 'refused', message: 'REGISTRATION is closed: a token would admit no client.' };
  const { name = '' } = input.options;
  const uses = wholeNumber(input.options['uses'], 1, MAX_USES);
  const days = wholeNumber(input.options['days'], 7, MAX_DAYS);
  if (uses === undefined) return usage(`--uses is a number from 1 to ${MAX_USES}.`);
  if (days === undefined) return usage(`--days is a number from 1 to ${MAX_DAYS}.`);
  const issued = await initialTokens.issue({ name: String(name).slice(0, 100), uses }, days * DAY);
  if (!issued) {
    const message = `There are ${MAX_INITIAL_TOKENS} tokens that are still good: end one first.`;
    return { outcome: 'refused', message };
  }
  input.audit(undefined, 'done');
  const until = formatTime(Date.now() + days * DAY);
  const message = `${issued.token}\nGood for ${uses} of ${uses} registrations, until ${until}. It is not shown again; its id is ${issued.id}.`;
  return done(message, { ...issued, uses, until });
}

async function list({ initialTokens }: AdminService): Promise<Ending> {
  const tokens = await initialTokens.list();
  const lines = tokens.map(({ id, name, left, until }) =>
    `${id}  ${left} left, until ${formatTime(until)}  ${name}`.trimEnd(),
  );
  const data = tokens.map((token) => ({ ...token, until: formatTime(token.until) }));
  return done(lines.join('\n') || 'No initial access token is good.', { tokens: data });
}

async function end({ initialTokens }: AdminService, { words, audit }: CommandInput): Promise<Ending> {
  const [id = ''] = words;
  const isThere = (await initialTokens.list()).some((token) => token.id === id);
  if (!isThere) return { outcome: 'not-found', message: `There is no initial access token ${id}.` };
  await initialTokens.end(id);
  audit(undefined, 'done');
  return done(`The token ${id} has ended.`, { id });
}

function wholeNumber(given: string | boolean | undefined, preset: number, most: number): number | undefined {
  if (given === undefined) return preset;
  const number = Number(given);
  return Number.isInteger(number) && number >= 1 && number <= most ? number : undefined;
}

function usage(message: string): Ending {
  return { outcome: 'usage', message };
}

const formatTime = (time: number) => new Date(time).toISOString();
