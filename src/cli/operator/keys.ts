/** Commands about the keys that ID tokens are signed with. */
import type { KeyStatus } from '../../oidc/key-ring.ts';
import type { AdminService } from '../../server/operator.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

const QUESTION =
  'End every signing key at once? ID tokens that were issued before no longer verify, and apps that keep the key set refuse new ones until they read it anew.';

export const keyCommands: readonly Command[] = [
  {
    name: 'keys list',
    usage: '',
    summary: 'signing keys: which signs, which waits, which is kept for what it signed, and until when',
    words: 0,
    run: list,
  },
  {
    name: 'keys rotate',
    usage: '[--now]',
    summary:
      'publish a new signing key, which signs in KEY_PUBLISHED_HOURS; --now, for a leak: every key there is ends at once',
    words: 0,
    options: { now: { type: 'boolean' } },
    run: (admin, input) => (input.options['now'] === true ? endAll(admin, input) : rotate(admin, input)),
  },
];

async function list({ keys }: AdminService): Promise<Ending> {
  const { status } = await keys.status();
  return done(status.map(lineOf).join('\n'), { keys: status.map(dataOf) });
}

async function rotate({ keys }: AdminService, { audit }: CommandInput): Promise<Ending> {
  const { outcome, status } = await keys.rotate();
  const changed = outcome === 'rotated';
  audit(undefined, changed ? 'done' : 'unchanged');
  const signs = Math.max(...status.map((key) => key.signs));
  const said = changed ? 'A new key is published' : 'Nothing was changed: a new key is published already';
  const message = `${said}. It signs from ${formatTime(signs)} on.\n${status.map(lineOf).join('\n')}`;
  return done(message, { changed, keys: status.map(dataOf) });
}

async function endAll({ keys }: AdminService, { confirm, audit }: CommandInput): Promise<Ending> {
  if (!(await confirm(QUESTION))) return notConfirmed;
  const { status } = await keys.endAll();
  audit(undefined, 'done');
  const message = [
    'All former keys have ended: every server lets go of them within seconds. ID tokens that were issued before no longer verify.',
    'Apps go on taking what the former keys sign for as long as they keep the key set: have those restarted that matter.',
    ...status.map(lineOf),
  ].join('\n');
  return done(message, { changed: true, keys: status.map(dataOf) });
}

function lineOf({ key, state, signs, ends }: KeyStatus): string {
  const until = ends === undefined ? '' : `, published until ${formatTime(ends)}`;
  return `${key.kid}  ${key.alg}  ${state.padEnd(7)}  ${formatUse(state, signs)}${until}`;
}

function formatUse(state: KeyStatus['state'], signs: number): string {
  if (state === 'waiting') return `signs from ${formatTime(signs)} on`;
  if (state !== 'signing') return 'signs no longer';
  return signs === 0 ? 'signs ever since it was made' : `signs since ${formatTime(signs)}`;
}

function dataOf({ key, state, signs, ends }: KeyStatus): object {
  return {
    kid: key.kid,
    alg: key.alg,
    state,
    signs: signs === 0 ? undefined : formatTime(signs),
    ends: ends === undefined ? undefined : formatTime(ends),
  };
}

const formatTime = (time: number) => new Date(time).toISOString();
