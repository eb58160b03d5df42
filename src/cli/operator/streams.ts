/** Commands about streams of security events, each named by its client. Receivers make them themselves. */
import type { AdminService } from '../../server/operator.ts';
import type { ShownStream } from '../../signals/supervised-streams.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { deadLetterCommands } from './dead-letters.ts';
import { done, type Ending } from './ending.ts';
import { formatTime, timeOrNone } from './times.ts';
import { failingSince } from './tries.ts';

export const streamCommands: readonly Command[] = [
  {
    name: 'streams list',
    usage: '',
    summary: 'who hears of security events: how each stream stands, what waits, what was not taken',
    words: 0,
    run: async ({ streams }) => {
      const all = await streams.list();
      return done(all.map(lineOf).join('\n') || 'No streams.', { streams: all.map(dataOf) });
    },
  },
  {
    name: 'streams show',
    usage: '<client>',
    summary: 'the stream of a client: what it has asked for, how the newest tries went',
    words: 1,
    run: async ({ streams }, { words: [client = ''] }) => {
      const found = await streams.show(client);
      return found ? done(JSON.stringify(dataOf(found), null, 2), { stream: dataOf(found) }) : absent(client);
    },
  },
  changing('pause', 'gives its receiver nothing; what happens waits, until it is enabled here', 'paused'),
  changing('enable', 'ends a pause of the operator, or one for having taken nothing', 'enabled'),
  {
    name: 'streams delete',
    usage: '<client>',
    summary: 'ends its stream with all that waits; the client may make a new one unless it is disabled',
    words: 1,
    run: remove,
  },
  ...deadLetterCommands({
    group: 'streams',
    receiver: 'client',
    id: 'jti',
    lettersOf: ({ streams }, client) => streams.lettersOf(client),
    absent,
  }),
];

function changing(act: 'pause' | 'enable', summary: string, is: string): Command {
  return {
    name: `streams ${act}`,
    usage: '<client>',
    summary,
    words: 1,
    run: async ({ streams }, { words: [client = ''], audit }) => {
      const changed = await streams[act](client);
      if (changed === undefined) return absent(client);
      audit(undefined, changed ? 'done' : 'unchanged', { client });
      const already = `Nothing was changed: it is not otherwise by the operator or by this server.`;
      return done(changed ? `The stream of ${client} is ${is}.` : already, { changed });
    },
  };
}

async function remove(
  { streams }: AdminService,
  { words: [client = ''], confirm, audit }: CommandInput,
): Promise<Ending> {
  const found = await streams.show(client);
  if (!found) return absent(client);
  const question = `End the stream of ${client}? ${found.waiting} events wait, and are lost.`;
  if (!(await confirm(question))) return notConfirmed;
  await streams.remove(client);
  audit(undefined, 'done', { client });
  return done(`The stream of ${client} is gone.`);
}

function absent(client: string): Ending {
  return { outcome: 'not-found', message: `The client ${client} has no stream.` };
}

function lineOf({ clientId, method, host, status, reason, waiting, dead, state }: ShownStream): string {
  const where = host === undefined ? method : `${method} ${host}`;
  const why = reason === undefined ? '' : ` (${JSON.stringify(reason)})`;
  return `${clientId}  ${where}  ${status}${why}, ${waiting} wait, ${dead} not taken${failingSince(state)}`;
}

function dataOf({ since, oldest, state, clientId: client, ...shown }: ShownStream): object {
  const { off, taken, failing, reason: lastFailure } = state;
  return {
    client,
    ...shown,
    since: formatTime(since),
    oldest: timeOrNone(oldest),
    paused: off && { since: formatTime(off.at), reason: off.why },
    taken: timeOrNone(taken),
    failing: timeOrNone(failing),
    lastFailure,
  };
}
