/** Commands about receivers of webhooks. They are written in WEBHOOKS_FILE. */
import type { AdminService } from '../../server/operator.ts';
import type { DeadWebhook, Replayed, ShownReceiver } from '../../webhooks/managed-receivers.ts';
import type { Command, CommandInput } from './command.ts';
import { done, type Ending } from './ending.ts';

export const webhookCommands: readonly Command[] = [
  {
    name: 'webhooks list',
    usage: '',
    summary: 'receivers of WEBHOOKS_FILE: whether each is on, what waits, what it has not taken',
    words: 0,
    run: async ({ receivers }) => {
      const all = await (await receivers()).list();
      return done(all.map(lineOf).join('\n') || 'No receivers.', { receivers: all.map(dataOf) });
    },
  },
  {
    name: 'webhooks show',
    usage: '<receiver>',
    summary: 'one receiver: its address, what it hears of, how the newest tries went',
    words: 1,
    run: async ({ receivers }, { words: [id = ''] }) => {
      const found = await (await receivers()).show(id);
      return found ? done(JSON.stringify(dataOf(found), null, 2), { receiver: dataOf(found) }) : absent(id);
    },
  },
  {
    name: 'webhooks ping',
    usage: '<receiver>',
    summary: 'sends it a ping now, once, also where it is off, and says what became of it',
    words: 1,
    run: ping,
  },
  {
    name: 'webhooks dead',
    usage: '<receiver>',
    summary: 'what it has not taken, the newest first',
    words: 1,
    run: async ({ receivers }, { words: [id = ''] }) => {
      const found = await (await receivers()).dead(id);
      return found
        ? done(found.map(deadLineOf).join('\n') || 'None.', { dead: found.map(deadDataOf) })
        : absent(id);
    },
  },
  {
    name: 'webhooks replay',
    usage: '<receiver> [<webhook-id> …] [--all] [--since <time>]',
    summary: 'sends once more what it has not taken: these, all, or what was given up since a time',
    words: 1,
    moreWords: 100,
    options: { all: { type: 'boolean' }, since: { type: 'string' } },
    run: replay,
  },
  switching('on', 'lets it hear again, such as after it answered 410'),
  switching('off', 'sends it nothing; what it would have heard is kept for a replay'),
];

function switching(to: 'on' | 'off', summary: string): Command {
  return {
    name: `webhooks ${to}`,
    usage: '<receiver>',
    summary,
    words: 1,
    run: async ({ receivers }, { words: [id = ''], audit }) => {
      const changed = await (await receivers()).switch(id, to);
      if (changed === undefined) return absent(id);
      audit(undefined, changed ? 'done' : 'unchanged');
      return done(changed ? `${id} is ${to}.` : `Nothing was changed: ${id} is ${to} already.`, { changed });
    },
  };
}

async function ping({ receivers }: AdminService, { words: [id = ''] }: CommandInput): Promise<Ending> {
  const tried = await (await receivers()).ping(id);
  if (!tried) return absent(id);
  if (tried.outcome === 'sent') return done(`${id} has taken it.`, { taken: true });
  return { outcome: 'failed', message: `${id} has not taken it: ${tried.reason}` };
}

async function replay({ receivers }: AdminService, { words, options, audit }: CommandInput): Promise<Ending> {
  const [id = '', ...ids] = words;
  const which = whichOf(ids, options);
  if (typeof which === 'string') return { outcome: 'usage', message: which };
  const waiting = await (await receivers()).replay(id, which);
  if (waiting === undefined) return absent(id);
  audit(undefined, 'done');
  return done(`${waiting} wait now to be sent once more.`, { waiting });
}

/** @returns what is wrong with what was given */
function whichOf(ids: string[], { all, since }: CommandInput['options']): Replayed | string {
  const given = [ids.length > 0, all === true, since !== undefined].filter(Boolean).length;
  if (given !== 1) return 'Name webhook-ids, or give --all or --since: one of the three.';
  if (ids.length > 0) return { ids };
  if (since === undefined) return {};
  const at = Date.parse(String(since));
  return Number.isNaN(at) ? `--since ${since} is no time, such as 2026-11-29T08:00:00Z` : { since: at };
}

const absent = (id: string): Ending => ({
  outcome: 'not-found',
  message: `There is no receiver ${id} in WEBHOOKS_FILE.`,
});

function lineOf({ id, url, waiting, dead, state: { off, failing, reason } }: ShownReceiver): string {
  const how = off ? `off since ${formatTime(off.at)} (${off.why})` : 'on';
  const fails = failing === undefined ? '' : `, takes nothing since ${formatTime(failing)} (${reason})`;
  return `${id}  ${url}  ${how}, ${waiting} wait, ${dead} not taken${fails}`;
}

function dataOf({ since, state, ...shown }: ShownReceiver): object {
  const { off, taken, failing, reason } = state;
  return {
    ...shown,
    since: formatTime(since),
    off: off && { since: formatTime(off.at), reason: off.why },
    taken: taken === undefined ? undefined : formatTime(taken),
    failing: failing === undefined ? undefined : formatTime(failing),
    reason,
  };
}

const deadLineOf = ({ id, body, at, tries, reason }: DeadWebhook) =>
  `${id}  ${body.type}  given up ${formatTime(at)} after ${tries} tries (${reason})`;

const deadDataOf = ({ id, body, at, tries, reason }: DeadWebhook): object => ({
  ...{ id, type: body.type, tries, reason },
  happened: formatTime(body.at),
  givenUp: formatTime(at),
});

const formatTime = (time: number) => new Date(time).toISOString();
