import { z } from 'zod';
import { type AdminRoute, route } from './route.ts';

export interface ClientReloadRouteParts {
  /** Reads the clients file anew in this process. */
  readonly reloadClients: () => Promise<{
    readonly outcome: 'reloaded' | 'refused';
    readonly sha: string;
    readonly reason?: string;
  }>;
}

export function clientReloadRoute({ reloadClients }: ClientReloadRouteParts): AdminRoute {
  return route({
    name: 'clients-reload',
    method: 'POST',
    path: '/clients/reload',
    scope: 'admin:clients:write',
    summary:
      'Have the process that answers read the clients file anew, as SIGHUP does; where it is faulty, nothing changes',
    answers: {
      200: z.strictObject({
        outcome: z.enum(['reloaded', 'refused']),
        sha: z
          .string()
          .describe('SHA-256 of the file that is in use, as `latchkey_clients_file_info` has it'),
        reason: z.string().nullable().describe('Every fault, where it was refused'),
      }),
    },
    answer: async () => {
      const { reason = null, ...done } = await reloadClients();
      return { status: 200, body: { ...done, reason } };
    },
  });
}
