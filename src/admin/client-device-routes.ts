import { z } from 'zod';
import { deviceShown, showDevice } from './access-routes.ts';
import type { ClientDevices } from './client-devices.ts';
import type { Cursors } from './cursors.ts';
import { type AdminRoute, route } from './route.ts';
import type { IndexRow } from './row-index.ts';
import { millisecondsOf, opened, pageOf, paging, timeGiven } from './schemas.ts';

export interface ClientDeviceRouteParts {
  readonly clientDevices: ClientDevices;
  readonly cursors: Cursors;
}

const row = deviceShown.extend({ account_id: z.string() });

export function clientDeviceRoutes({ clientDevices, cursors }: ClientDeviceRouteParts): AdminRoute[] {
  return [
    route({
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
        const data = found.map(({ owner, device }) => ({ ...showDevice(device), account_id: owner.id }));
        return { status: 200, body: { data, next: next ? cursors.seal('devices', query, next) : null } };
      },
    }),
  ];
}
