import { z } from 'zod';
import type { ClientWriting } from '../apps/client-writing.ts';
import type { ManagedClient } from '../apps/managed-clients.ts';
import type { ClientAct } from '../devices/client-state.ts';
import { type ClientRouteParts, clientIn, clientShown, shownClient } from './client-routes.ts';
import { Problem } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { time, timeOrNull } from './schemas.ts';

const WRITE = 'admin:clients:write';
const HOUR = 3_600_000;

const metadata = z
  .record(z.string(), z.unknown())
  .describe('Client metadata by the names of RFC 7591, as in the clients file');

const written = clientShown.extend({
  client_secret: z.string().optional().describe('Where it has a new one: it is told this once'),
});

export function clientChangeRoutes(parts: ClientRouteParts): AdminRoute[] {
  return [...writingRoutes(parts), secretRoute(parts), ...actRoutes(parts)];
}

/** What may call this API is out of its own reach: else the right to change clients would be every right. */
function requireOrdinary({ mayAdminister }: ClientRouteParts, client: ManagedClient): ManagedClient {
  if (client.origin === 'gone') throw new Problem('not-found');
  if (mayAdminister(client)) throw new Problem('client-may-administer');
  return client;
}

function requireNoScopesHere({ resource }: ClientRouteParts, given: Readonly<Record<string, unknown>>): void {
  const own = given['own_access'];
  if (typeof own === 'object' && own !== null && Object.hasOwn(own, resource))
    throw new Problem('client-may-administer');
}

function writingRoutes(parts: ClientRouteParts): AdminRoute[] {
  const { clients, writer } = parts;
  const answered = async (writing: ClientWriting, status: number) => {
    if (writing.outcome === 'refused') throw refusalOf(writing);
    const { client, secret } = writing;
    const shown = await shownClient(clients, await clientIn(clients, { client: client.clientId }));
    return { status, body: { ...shown, ...(secret !== undefined && { client_secret: secret }) } };
  };
  return [
    route({
      name: 'clients-create',
      method: 'POST',
      path: '/clients',
      scope: WRITE,
      summary: 'Keep a new client in the store; without `client_id` one is made',
      body: metadata,
      answers: { 201: written },
      once: true,
      answer: async ({ body }) => {
        requireNoScopesHere(parts, body);
        return answered(await writer.create(body), 201);
      },
    }),
    route({
      name: 'clients-replace',
      method: 'PUT',
      path: '/clients/{client}',
      scope: WRITE,
      summary: 'Replace what a client in the store is: what is left out, it has no more',
      body: metadata,
      answers: { 200: written },
      versioned: true,
      conflicts: true,
      answer: async ({ params, body, version }) => {
        const { clientId } = requireOrdinary(parts, await clientIn(clients, params));
        requireNoScopesHere(parts, body);
        return answered(await writer.update(clientId, body, version), 200);
      },
    }),
  ];
}

function refusalOf({ reason, faults }: Extract<ClientWriting, { outcome: 'refused' }>): Problem {
  if (reason === 'no-such-client') return new Problem('not-found');
  if (reason !== 'invalid-client') return new Problem(reason, { detail: faults.join('; ') });
  return new Problem('invalid-request', { errors: faults.map((detail) => ({ pointer: '', detail })) });
}

function secretRoute(parts: ClientRouteParts): AdminRoute {
  const { clients } = parts;
  return route({
    name: 'clients-rotate-secret',
    method: 'POST',
    path: '/clients/{client}/secrets',
    scope: WRITE,
    summary: 'Make a new secret, which is told this once; the one before goes on for so many hours',
    body: z.strictObject({ overlap_hours: z.int().min(0).max(720).default(168) }),
    answers: { 201: z.strictObject({ client_secret: z.string(), former_until: time.nullable() }) },
    once: true,
    answer: async ({ params, body }) => {
      const { clientId } = requireOrdinary(parts, await clientIn(clients, params));
      const outcome = await clients.rotateSecret(clientId, body.overlap_hours * HOUR);
      if (outcome === 'gone') throw new Problem('not-found');
      if (outcome === 'in-file') throw new Problem('client-from-file');
      if (outcome === 'no-secret') throw new Problem('client-without-secret');
      if (outcome === 'busy') throw new Problem('in-progress', { headers: { 'Retry-After': '1' } });
      const former = timeOrNull(outcome.until);
      return { status: 201, body: { client_secret: outcome.secret, former_until: former } };
    },
  });
}

const ACTS = [
  ['disable', 'End all that it has, and let it have nothing until it is enabled'],
  ['enable', 'Let it be used again; what was ended stays ended'],
  ['end-devices', 'End all that it has, in one write; it can be used anew'],
] as const;

const acted = z.strictObject({ changed: z.boolean(), status: z.enum(['active', 'disabled', 'deleted']) });

function actRoutes(parts: ClientRouteParts): AdminRoute[] {
  const { clients } = parts;
  const act = async ({ params }: AdminCall, what: ClientAct) => {
    const { clientId } = requireOrdinary(parts, await clientIn(clients, params));
    if (what === 'delete' && (await clients.isInFile(clientId))) throw new Problem('client-from-file');
    if (what === 'delete' && (await clients.readsTokens(clientId))) throw new Problem('client-in-use');
    const { changed, state } = await clients.act(clientId, what);
    if (state.status === 'deleted' && what !== 'delete') throw new Problem('client-deleted');
    return { changed, status: state.status };
  };
  const posted = ACTS.map(([name, summary]) =>
    route({
      name: `clients-${name}`,
      method: 'POST',
      path: `/clients/{client}/${name}`,
      scope: WRITE,
      summary,
      answers: { 200: acted },
      ...(name === 'end-devices' && { once: true }),
      answer: async (call) => {
        return { status: 200, body: await act(call, name === 'end-devices' ? 'end' : name) };
      },
    }),
  );
  const deleting = route({
    name: 'clients-delete',
    method: 'DELETE',
    path: '/clients/{client}',
    scope: WRITE,
    summary: 'Delete it for good, with all that it has; its id is never given again',
    answers: { 204: undefined },
    conflicts: true,
    answer: async (call) => {
      await act(call, 'delete');
      return { status: 204 };
    },
  });
  return [...posted, deleting];
}
