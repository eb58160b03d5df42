/** Commands that create and change clients in the store, and look at a clients file before a server reads it. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { ClientWriting } from '../../apps/client-writing.ts';
import { OperatorError } from '../../errors/operator-error.ts';
import type { AdminService } from '../../server/operator.ts';
import type { Command, CommandInput } from './command.ts';
import { done, type Ending } from './ending.ts';

/** Each says one member of the metadata; those of lists take several values, with spaces between them. */
const MEMBERS = {
  name: { member: 'client_name', isList: false },
  auth: { member: 'token_endpoint_auth_method', isList: false },
  'redirect-uris': { member: 'redirect_uris', isList: true },
  'grant-types': { member: 'grant_types', isList: true },
} as const;
const OPTIONS = {
  file: { type: 'string' },
  name: { type: 'string' },
  auth: { type: 'string' },
  'redirect-uris': { type: 'string' },
  'grant-types': { type: 'string' },
} as const;
const USAGE =
  '[--file PATH] [--name TEXT] [--redirect-uris "URI …"] [--grant-types "GRANT …"] [--auth METHOD]';

export const clientWritingCommands: readonly Command[] = [
  {
    name: 'clients create',
    usage: `[CLIENT_ID] ${USAGE}`,
    summary:
      'a client in the store, used at once by every server: a JSON object of metadata as in the clients file (PATH, or - for standard input), or by options; its secret is made and shown once',
    words: 0,
    moreWords: 1,
    options: OPTIONS,
    run: create,
  },
  {
    name: 'clients update',
    usage: `CLIENT_ID ${USAGE}`,
    summary: 'what a client in the store is from now on: all of it from PATH, or by options what they name',
    words: 1,
    options: OPTIONS,
    run: update,
  },
  {
    name: 'clients reload',
    usage: '--check PATH',
    summary:
      'what a server would say of this clients file; nothing of it is used. Servers read theirs anew on SIGHUP',
    words: 0,
    options: { check: { type: 'string' } },
    run: check,
  },
];

async function create({ writer }: AdminService, input: CommandInput): Promise<Ending> {
  const [clientId] = input.words;
  const given = await metadataOf(input, {});
  if ('outcome' in given) return given;
  const id = clientId === undefined ? {} : { client_id: clientId };
  return told(input, await writer.create({ ...given.metadata, ...id }), 'is created');
}

async function update({ writer, clients }: AdminService, input: CommandInput): Promise<Ending> {
  const [clientId = ''] = input.words;
  const stored = (await clients.find(clientId))?.stored;
  const given = await metadataOf(input, stored?.metadata ?? {});
  if ('outcome' in given) return given;
  return told(input, await writer.update(clientId, given.metadata, stored?.version), 'is updated');
}

/** @param before what options are added to */
async function metadataOf(
  { options }: CommandInput,
  before: Readonly<Record<string, unknown>>,
): Promise<Ending | { readonly metadata: Readonly<Record<string, unknown>> }> {
  const { file } = options;
  const read = typeof file === 'string' ? await readObject(file) : { metadata: before };
  if ('outcome' in read) return read;
  const members = Object.entries(MEMBERS).flatMap(([option, { member, isList }]) => {
    const value = options[option];
    if (typeof value !== 'string') return [];
    return [[member, isList ? value.split(' ').filter((one) => one !== '') : value]];
  });
  return { metadata: { ...read.metadata, ...Object.fromEntries(members) } };
}

async function readObject(path: string): Promise<Ending | { readonly metadata: Record<string, unknown> }> {
  const usage = (why: string): Ending => ({ outcome: 'usage', message: `--file ${path}: ${why}` });
  try {
    const read: unknown = JSON.parse(path === '-' ? await text(process.stdin) : await readFile(path, 'utf8'));
    if (typeof read !== 'object' || read === null || Array.isArray(read))
      return usage('is no JSON object: give one client, as it would stand in the clients file');
    return { metadata: read as Record<string, unknown> };
  } catch (error) {
    return usage((error as Error).message);
  }
}

function told({ audit }: CommandInput, written: ClientWriting, what: string): Ending {
  if (written.outcome === 'refused') {
    const { reason, faults } = written;
    const outcome = reason === 'no-such-client' ? 'not-found' : 'refused';
    return { outcome, message: faults.join('\n'), data: { reason, faults } };
  }
  const { client, secret } = written;
  audit(undefined, 'done', { client: client.clientId });
  const { clientId, metadata } = client;
  const lines = [
    ...(secret === undefined ? [] : [secret]),
    `${clientId} ${what}.${secret === undefined ? '' : ' Its secret stands above; it is not shown again.'}`,
  ];
  return done(lines.join('\n'), { clientId, metadata, ...(secret !== undefined && { secret }) });
}

async function check({ checkFile }: AdminService, { options }: CommandInput): Promise<Ending> {
  const { check: path } = options;
  if (typeof path !== 'string')
    return {
      outcome: 'usage',
      message: 'clients reload takes: --check PATH. A server reads its own file anew on SIGHUP.',
    };
  try {
    const { digest, clients } = await checkFile(path);
    return done(`${path} is good: ${clients} clients. SHA-256 ${digest}`, { sha: digest, clients });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { outcome: 'refused', message: error.message };
  }
}
