/** Commands about receivers of webhooks. They are written in WEBHOOKS_FILE. */
import type { AdminService } from '../../server/operator.ts';
import type { ShownReceiver } from '../../webhooks/managed-receivers.ts';
import type { Command, CommandInput } from './command.ts';
import { deadLetterCommands } from './dead-letters.ts';
import { done, type Ending } from './ending.ts';
import { formatTime, timeOrNone } from './times.ts';
import { failingSince } from './tries.ts';

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
  ...deadLetterCommands({
    group: 'webhooks',
    receiver: 'receiver',
    id: 'webhook-id',
    lettersOf: async ({ receivers }, id) => (await receivers()).lettersOf(id),
    absent,
  }),
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

function absent(id: string): Ending {
  return { outcome: 'not-found', message: `There is no receiver ${id} in WEBHOOKS_FILE.` };
}

function lineOf({ id, url, waiting, dead, state }: ShownReceiver): string {
  const { off } = state;
  const how = off ? `off since ${formatTime(off.at)} (${off.why})` : 'on';
  return `${id}  ${url}  ${how}, ${waiting} wait, ${dead} not taken${failingSince(state)}`;
}

function dataOf({ since, state, ...shown }: ShownReceiver): object {
  const { off, taken, failing, reason } = state;
  return {
    ...shown,
    since: formatTime(since),
    off: off && { since: formatTime(off.at), reason: off.why },
    taken: timeOrNone(taken),
    failing: timeOrNone(failing),
    reason,
  };
}
