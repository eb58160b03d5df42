import { z } from 'zod';
import type { ManagedClients } from '../apps/managed-clients.ts';
import { deviceShown, showDevice } from './access-routes.ts';
import type { ClientDevices, OwnedDevice } from './client-devices.ts';
import type { Cursors } from './cursors.ts';
import { Problem } from './problem.ts';
import { type AdminRoute, route } from './route.ts';
import type { IndexRow } from './row-index.ts';
import { millisecondsOf, opened, pageOf, paging, timeGiven } from './schemas.ts';

export interface FindsDevices {
  readonly clientDevices: Pick<ClientDevices, 'find'>;
  readonly clients: ManagedClients;
}

export interface ClientDeviceRouteParts {
  readonly clientDevices: ClientDevices;
  readonly clients: FindsDevices['clients'];
  readonly cursors: Cursors;
}

const row = deviceShown.extend({ account_id: z.string() });

/** @throws Problem where it cannot be told in time */
export async function findDevice(
  { clientDevices, clients }: FindsDevices,
  id: string,
): Promise<OwnedDevice | undefined> {
  const ids = (await clients.list()).map(({ clientId }) => clientId);
  const found = await clientDevices.find(id, ids);
  if (found !== 'out-of-time') return found;
  const detail = 'There are more devices than are looked through in a second: list those of its client';
  throw new Problem('unavailable', { detail, headers: { 'Retry-After': '5' } });
}

const showOwned = ({ owner, device }: OwnedDevice) => ({ ...showDevice(device), account_id: owner.id });

export function clientDeviceRoutes(parts: ClientDeviceRouteParts): AdminRoute[] {
  return [listRoute(parts), findRoute(parts)];
}

function findRoute(parts: ClientDeviceRouteParts): AdminRoute {
  return route({
    name: 'devices-find',
    method: 'GET',
    path: '/devices/{device}',
    scope: 'admin:devices:read',
    summary: 'One device by its id, of any owner',
    answers: { 200: row },
    answer: async ({ params }) => {
      const found = await findDevice(parts, params['device'] ?? '');
      if (!found) throw new Problem('not-found');
      return { status: 200, body: showOwned(found) };
    },
  });
}

function listRoute({ clientDevices, cursors }: ClientDeviceRouteParts): AdminRoute {
  return route({
    name: 'devices-list',
    method: 'GET',
    path: '/devices',
    scope: 'admin:devices:read',
    summary: 'Devices of one client, of all owners: those that were linked last come first',
    query: z.strictObject({
      ...paging,
      client_id: z.string().min(1).max(200),
      dormant: z
        .enum(['true', 'false'])
        .optional()
        .describe('Whether it was unused for as long as owners are shown it as dormant'),
      linked_before: timeGiven.optional(),
      last_used_before: timeGiven.optional(),
    }),
    answers: { 200: pageOf(row) },
    answer: async ({ query }) => {
      const { limit, cursor, client_id: clientId, dormant } = query;
      const after =
        cursor === undefined ? undefined : opened(cursors.open<IndexRow>('devices', query, cursor));
      const asked = {
        clientId,
        dormant: dormant === undefined ? undefined : dormant === 'true',
        linkedBefore: millisecondsOf(query.linked_before),
        usedBefore: millisecondsOf(query.last_used_before),
      };
      const { found, next } = await clientDevices.list(asked, after, limit);
      const data = found.map(showOwned);
      return { status: 200, body: { data, next: next ? cursors.seal('devices', query, next) : null } };
    },
  });
}
