import { z } from 'zod';
import { EVENT_KINDS } from '../events/event.ts';
import type { ActivityEntry, ActivityStore } from '../events/event-store.ts';
import { found } from './account-routes.ts';
import type { Cursors } from './cursors.ts';
import type { ManagedAccounts } from './managed-accounts.ts';
import { type AdminRoute, route } from './route.ts';
import { opened, pageOf, paging, time, timeOf } from './schemas.ts';

export interface ActivityRouteParts {
  readonly accounts: ManagedAccounts;
  readonly activity: Pick<ActivityStore, 'list'>;
  readonly cursors: Cursors;
}

const eventShown = z.strictObject({
  id: z.string(),
  at: time,
  event: z.enum(EVENT_KINDS),
  by: z.enum(['owner', 'device', 'app', 'operator', 'stranger', 'server']),
  about: z.strictObject({ type: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
});

/** What its owner reads as Recent activity, without addresses. */
export function activityRoutes({ accounts, activity, cursors }: ActivityRouteParts): AdminRoute[] {
  return [
    route({
      name: 'activity-list',
      method: 'GET',
      path: '/accounts/{account}/activity',
      scope: 'admin:accounts:read',
      summary: 'What happened to it, the newest first',
      query: z.strictObject(paging),
      answers: { 200: pageOf(eventShown) },
      answer: async ({ params, query: { limit, cursor } }) => {
        const { account } = await found(accounts, params);
        const question = { account: account.id };
        const before =
          cursor === undefined ? undefined : opened(cursors.open<string>('activity', question, cursor));
        const most = limit + 1;
        const read = await activity.list(account.id, { ...(before !== undefined && { before }), most });
        const page = read.slice(0, limit);
        const last = read.length > limit ? page.at(-1)?.id : undefined;
        const next = last === undefined ? null : cursors.seal('activity', question, last);
        return { status: 200, body: { data: page.map(showEvent), next } };
      },
    }),
  ];
}

function showEvent({ id, at, event }: ActivityEntry): z.infer<typeof eventShown> {
  const { kind, by, subject } = event;
  const about = subject ? { type: subject.type, id: subject.id, name: subject.name ?? null } : null;
  return { id, at: timeOf(at), event: kind, by, about };
}
