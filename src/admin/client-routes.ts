import { z } from 'zod';
import type { ClientWriter } from '../apps/client-writing.ts';
import type { ManagedClient, ManagedClients } from '../apps/managed-clients.ts';
import type { Cursors } from './cursors.ts';
import { Problem } from './problem.ts';
import { type AdminRoute, route } from './route.ts';
import { opened, pageOf, paging, time, timeOf, timeOrNull } from './schemas.ts';

export interface ClientRouteParts {
  readonly clients: ManagedClients;
  readonly writer: ClientWriter;
  readonly cursors: Cursors;
  /** Whether the clients file or the tool has given this client something here: it is not to be changed from here. */
  readonly mayAdminister: (client: ManagedClient) => boolean;
  /** The identifier of this API. */
  readonly resource: string;
}

const ORIGINS = ['file', 'stored', 'registered', 'gone'] as const;

const row = z.strictObject({
  client_id: z.string(),
  name: z.string(),
  origin: z.enum(ORIGINS).describe('`gone`: something was done to it, and it is not there any more'),
  status: z.enum(['active', 'disabled', 'deleted']),
});

export const clientShown = row.extend({
  ended_at: z.array(time).describe('When all that it had was ended, of late'),
  metadata: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('As it was given; null: it is in the clients file'),
  secrets: z.array(
    z.strictObject({
      made_at: time.nullable(),
      until: time.nullable().describe('null: it has no end'),
      last_used_at: time.nullable().describe('To the hour, within a year'),
    }),
  ),
});

export function clientRoutes({ clients, cursors }: ClientRouteParts): AdminRoute[] {
  return [
    route({
      name: 'clients-list',
      method: 'GET',
      path: '/clients',
      scope: 'admin:clients:read',
      summary:
        'Clients, by their ids: of the clients file, in the store, and those that registered themselves',
      query: z.strictObject({ ...paging, origin: z.enum(ORIGINS).optional() }),
      answers: { 200: pageOf(row) },
      answer: async ({ query }) => {
        const { limit, cursor, origin } = query;
        const after = cursor === undefined ? '' : opened(cursors.open<string>('clients', query, cursor));
        const fitting = (await clients.list()).filter((one) => origin === undefined || one.origin === origin);
        const rest = fitting.sort(byId).filter(({ clientId }) => clientId > after);
        const page = rest.slice(0, limit);
        const last = rest.length > limit ? page.at(-1)?.clientId : undefined;
        const next = last === undefined ? null : cursors.seal('clients', query, last);
        return { status: 200, body: { data: page.map(rowOf), next } };
      },
    }),
    route({
      name: 'clients-show',
      method: 'GET',
      path: '/clients/{client}',
      scope: 'admin:clients:read',
      summary: 'One client; `ETag` is its version, where it is in the store',
      answers: { 200: clientShown },
      answer: async ({ params }) => {
        const client = await clientIn(clients, params);
        const { stored } = client;
        const headers = stored ? { ETag: `"${stored.version}"` } : {};
        return { status: 200, body: await shownClient(clients, client), headers };
      },
    }),
  ];
}

/** @throws Problem where there is none */
export async function clientIn(
  clients: ManagedClients,
  { client = '' }: Readonly<Record<string, string>>,
): Promise<ManagedClient> {
  const found = await clients.find(client);
  if (!found) throw new Problem('not-found');
  return found;
}

export async function shownClient(
  clients: ManagedClients,
  client: ManagedClient,
): Promise<z.infer<typeof clientShown>> {
  const uses = await clients.lastUses(client);
  return {
    ...rowOf(client),
    ended_at: client.state.moved.map(timeOf),
    metadata: client.stored?.metadata ?? client.registered?.metadata ?? null,
    secrets: client.secrets.map(({ made, until }, index) => ({
      made_at: timeOrNull(made),
      until: timeOrNull(until),
      last_used_at: timeOrNull(uses[index]),
    })),
  };
}

function rowOf({ clientId, name, origin, state }: ManagedClient): z.infer<typeof row> {
  return { client_id: clientId, name, origin, status: state.status };
}

const byId = (one: ManagedClient, other: ManagedClient) =>
  one.clientId < other.clientId ? -1 : one.clientId > other.clientId ? 1 : 0;
