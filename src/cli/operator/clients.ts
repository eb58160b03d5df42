/** Commands about clients: which there are, and what the operator does to one while the server runs. */
import type { ManagedClient } from '../../apps/managed-clients.ts';
import type { ClientAct } from '../../devices/client-state.ts';
import type { AdminService } from '../../server/operator.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

const CLIENT = 'CLIENT_ID';

export const clientCommands: readonly Command[] = [
  {
    name: 'clients list',
    usage: '',
    summary:
      'clients of the clients file, those in the store, those that registered themselves, and those to which something was done',
    words: 0,
    run: list,
  },
  {
    name: 'clients show',
    usage: CLIENT,
    summary: 'one client: how it stands, and what it says of itself',
    words: 1,
    run: (admin, input) => withClient(admin, input, (client) => show(admin, client)),
  },
  {
    name: 'clients disable',
    usage: CLIENT,
    summary: 'end all that a client has, and let it have nothing until it is enabled',
    words: 1,
    run: (admin, input) => withClient(admin, input, (client) => act(admin, input, client, 'disable')),
  },
  {
    name: 'clients enable',
    usage: CLIENT,
    summary: 'let a client be used again; what was ended stays ended',
    words: 1,
    run: (admin, input) => withClient(admin, input, (client) => act(admin, input, client, 'enable')),
  },
  {
    name: 'clients end',
    usage: CLIENT,
    summary:
      'end all devices, apps, codes and keys of a client, in one write; it can be used anew. Also for one that was taken out of the clients file',
    words: 1,
    run: end,
  },
  {
    name: 'clients delete',
    usage: CLIENT,
    summary: 'delete a client for good, with all that it has; its id is never given again',
    words: 1,
    run: (admin, input) => withClient(admin, input, (client) => remove(admin, input, client)),
  },
];

const QUESTIONS: Readonly<Record<ClientAct, string>> = {
  disable: 'All its devices and apps end now, and nothing of it is taken until it is enabled.',
  enable: '',
  end: 'All its devices and apps must be linked and allowed again, whatever their number.',
  delete: 'All its devices and apps end now, and its id is never used again.',
};
const DONE: Readonly<Record<ClientAct, string>> = {
  disable: 'is disabled',
  enable: 'is enabled',
  end: 'has nothing any more that began before',
  delete: 'is deleted',
};

async function withClient(
  { clients }: AdminService,
  { words: [clientId = ''] }: CommandInput,
  work: (client: ManagedClient) => Ending | Promise<Ending>,
): Promise<Ending> {
  const client = await clients.find(clientId);
  return client ? work(client) : { outcome: 'not-found', message: `There is no client ${clientId}.` };
}

async function list({ clients }: AdminService): Promise<Ending> {
  const found = await clients.list();
  return done(found.map(lineOf).join('\n') || 'There are no clients.', { clients: found.map(dataOf) });
}

async function show({ clients }: AdminService, client: ManagedClient): Promise<Ending> {
  const { clientId, name, origin, state, registered, stored } = client;
  const uses = await clients.lastUses(client);
  const secrets = client.secrets.map(({ made, until }, index) => ({
    made: formatMaybe(made),
    until: formatMaybe(until),
    lastUsed: formatMaybe(uses[index]),
  }));
  const lines = [
    `Client   ${clientId}`,
    `Name     ${name}`,
    `Origin   ${ORIGINS[origin]}`,
    `Status   ${state.status}`,
    `Epoch    ${state.epoch}`,
    ...state.moved.map((at) => `Ended    ${formatTime(at)}`),
    ...secrets.map(lineOfSecret),
    ...(registered ? [`Says     ${JSON.stringify(registered.metadata)}`] : []),
    ...(stored ? [`Is       ${JSON.stringify(stored.metadata)}`] : []),
  ];
  return done(lines.join('\n'), { client: { ...dataOf(client), secrets } });
}

/** Its owners see by themselves that the operator has ended it: no mail goes to each. */
async function act(
  { clients }: AdminService,
  { confirm, audit }: CommandInput,
  client: Pick<ManagedClient, 'clientId' | 'name'>,
  what: ClientAct,
): Promise<Ending> {
  const { clientId, name } = client;
  const title = name === clientId ? clientId : `${name} (${clientId})`;
  const question = QUESTIONS[what];
  const verb = `${what[0]?.toUpperCase()}${what.slice(1)}`;
  if (question !== '' && !(await confirm(`${verb} ${title}? ${question}`))) return notConfirmed;
  const { changed, state } = await clients.act(clientId, what);
  audit(undefined, changed ? 'done' : 'unchanged', { client: clientId });
  const data = { clientId, changed, status: state.status, epoch: state.epoch };
  if (changed) return done(`${title} ${DONE[what]}.`, data);
  if (state.status === 'deleted' && what !== 'delete')
    return { outcome: 'refused', message: `${title} was deleted, for good.`, data };
  return done(`${title} was ${state.status} already.`, data);
}

async function end(admin: AdminService, input: CommandInput): Promise<Ending> {
  const [clientId = ''] = input.words;
  return act(admin, input, (await admin.clients.find(clientId)) ?? { clientId, name: clientId }, 'end');
}

async function remove(admin: AdminService, input: CommandInput, client: ManagedClient): Promise<Ending> {
  const { clientId } = client;
  if (await admin.clients.isInFile(clientId)) {
    const message = `${clientId} is in the clients file: take it out there first. Until then, use clients disable or clients end.`;
    return { outcome: 'refused', message };
  }
  if (!(await admin.clients.readsTokens(clientId))) return act(admin, input, client, 'delete');
  const message = `An API asks about its tokens as ${clientId}: give it another client in RESOURCES_FILE first.`;
  return { outcome: 'refused', message };
}

const ORIGINS: Readonly<Record<ManagedClient['origin'], string>> = {
  file: 'clients file',
  stored: 'stored',
  registered: 'registered itself',
  gone: 'gone',
};

/** What one says of itself is as it was registered: the names are cleaned, and nothing in them turns a terminal. */
function lineOf({ clientId, name, origin, state, registered }: ManagedClient): string {
  const ended = state.moved.at(-1);
  const told = [
    ...(registered ? [[registered.metadata['redirect_uris']].flat().join(' ')] : []),
    ...(registered
      ? [
          `since ${formatTime(registered.issuedAt * 1000)}, leaves ${formatTime(registered.leaves)} unless it is used`,
        ]
      : []),
    ...(ended === undefined ? [] : [`ended ${formatTime(ended)}`]),
  ];
  return [clientId, state.status.padEnd(8), ORIGINS[origin].padEnd(17), name, ...told].join('  ');
}

function dataOf({ clientId, name, origin, state, registered, stored }: ManagedClient): object {
  return {
    clientId,
    name,
    origin,
    status: state.status,
    epoch: state.epoch,
    ended: state.moved.map(formatTime),
    ...(stored && {
      metadata: stored.metadata,
      version: stored.version,
      since: formatTime(stored.issuedAt * 1000),
    }),
    ...(registered && {
      metadata: registered.metadata,
      initialToken: registered.initialToken,
      since: formatTime(registered.issuedAt * 1000),
      leaves: formatTime(registered.leaves),
    }),
  };
}

function lineOfSecret({
  made,
  until,
  lastUsed,
}: Readonly<Record<'made' | 'until' | 'lastUsed', string | undefined>>): string {
  const told = [
    ...(made === undefined ? [] : [`made ${made}`]),
    until === undefined ? 'no end' : `until ${until}`,
    lastUsed === undefined ? 'never used' : `last used ${lastUsed}`,
  ];
  return `Secret   ${told.join(', ')}`;
}

const formatMaybe = (time: number | undefined) => (time === undefined ? undefined : formatTime(time));

const formatTime = (time: number) => new Date(time).toISOString();
