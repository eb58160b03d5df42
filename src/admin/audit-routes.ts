import { z } from 'zod';
import type { AuditTrail, KeptEntry } from './audit-trail.ts';
import type { Cursors } from './cursors.ts';
import { type AdminRoute, route } from './route.ts';
import { opened, pageOf, paging, time, timeOf } from './schemas.ts';

export interface AuditRouteParts {
  readonly trail: AuditTrail;
  readonly cursors: Cursors;
}

const shown = z.strictObject({
  id: z.string(),
  at: time,
  phase: z.enum(['asked', 'answered']),
  request: z.string().describe('Names the request in the log'),
  client_id: z.string().nullable().describe('Which client called; null: it was done in the console'),
  operator: z.string().nullable().describe('Who did it in the console, as the log names their account'),
  call: z.string().describe('The operation, as this description names it'),
  scope: z.string().nullable(),
  account: z.string().nullable().describe('Whom it was about, as the log names it'),
  status: z.int().nullable().describe('How it ended'),
});

export function auditRoutes({ trail, cursors }: AuditRouteParts): AdminRoute[] {
  return [
    route({
      name: 'audit-list',
      method: 'GET',
      path: '/audit',
      scope: 'admin:audit',
      summary:
        'What was done through this API, the newest first; a change has an entry before it and one after',
      query: z.strictObject({
        ...paging,
        kind: z.enum(['changes', 'reads']).default('changes').describe('`reads` has refusals, too'),
      }),
      answers: { 200: pageOf(shown) },
      answer: async ({ query }) => {
        const { limit, cursor, kind } = query;
        const before =
          cursor === undefined ? undefined : opened(cursors.open<string>('audit', query, cursor));
        const page = await trail.list(kind, { ...(before !== undefined && { before }), most: limit });
        const last = page.length === limit ? page.at(-1)?.id : undefined;
        const next = last === undefined ? null : cursors.seal('audit', query, last);
        return { status: 200, body: { data: page.map(showEntry), next } };
      },
    }),
  ];
}

function showEntry(entry: KeptEntry): z.infer<typeof shown> {
  const { id, at, phase, request, client, operator, call, scope, account, status } = entry;
  const who = { client_id: operator === undefined ? client : null, operator: operator ?? null };
  const about = { scope: scope ?? null, account: account ?? null, status: status ?? null };
  return { id, at: timeOf(at), phase, request, ...who, call, ...about };
}
