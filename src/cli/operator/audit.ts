/** The trail of the Admin API and of the console. What this tool does is in the log alone, on standard error. */
import type { KeptEntry } from '../../admin/audit-trail.ts';
import type { AdminService } from '../../server/operator.ts';
import type { Command, CommandInput } from './command.ts';
import { done, type Ending } from './ending.ts';

/** Entries that a terminal shows; a program asks the Admin API for all. */
const MAX_SHOWN = 1000;

export const auditCommands: readonly Command[] = [
  {
    name: 'audit',
    usage: '[--reads]',
    summary:
      'what was changed through the Admin API and in the console, the newest 1000 entries; --reads: what was looked at, and refused',
    words: 0,
    options: { reads: { type: 'boolean' } },
    run: list,
  },
];

async function list({ trail }: AdminService, { options }: CommandInput): Promise<Ending> {
  const found = await trail.list(options['reads'] === true ? 'reads' : 'changes', { most: MAX_SHOWN });
  return done(found.map(lineOf).join('\n') || 'Nothing was done.', { entries: found.map(dataOf) });
}

function lineOf(entry: KeptEntry): string {
  const { at, phase, client, operator, call, account, status } = entry;
  const told = phase === 'asked' ? 'asked' : String(status);
  const words = [new Date(at).toISOString(), told.padEnd(5), call, operator ?? client, account ?? ''];
  return words.join('  ').trimEnd();
}

function dataOf({ at, client, operator, account, status, scope, ...entry }: KeptEntry) {
  return {
    ...{ at: new Date(at).toISOString(), ...entry, client: operator === undefined ? client : null },
    ...{ operator: operator ?? null, account: account ?? null },
    ...{ status: status ?? null, scope: scope ?? null },
  };
}
