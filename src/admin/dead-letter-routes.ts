/** What one of those who are told has not taken, and sending it once more: of receivers of webhooks, and of streams. */
import { z } from 'zod';
import type { DeadLetterBook, DeadLetterPlace, ShownDeadLetter } from '../notices/dead-letter-book.ts';
import { DELIVERIES_SCOPE } from './console-rights.ts';
import type { Cursors } from './cursors.ts';
import { found } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';
import { millisecondsOf, opened, pageOf, paging, time, timeGiven, timeOf } from './schemas.ts';

/** What reads and changes what is told to programs. */
export const RECEIVERS_SCOPE = 'admin:receivers';
export const LOOKING = { scope: RECEIVERS_SCOPE, consoleScope: DELIVERIES_SCOPE } as const;
/** Named in one call. */
const MAX_IDS = 100;

export const deadShown = z.strictObject({
  id: z.string().describe('By which its receiver knows it at each try'),
  type: z.string(),
  happened_at: time,
  given_up_at: time,
  tries: z.int(),
  reason: z.string(),
});

interface DeadLetterRouteParts {
  /** Begins the names of the calls. */
  readonly name: string;
  /** Of one of them. */
  readonly path: string;
  /** What its receiver knows one by. */
  readonly id: string;
  readonly cursors: Cursors;
  /** `undefined`: there is no such receiver. */
  readonly lettersOf: (
    call: Pick<AdminCall, 'params'>,
  ) => Promise<Pick<DeadLetterBook<unknown>, 'page' | 'replay'> | undefined>;
}

export function deadLetterRoutes(parts: DeadLetterRouteParts): AdminRoute[] {
  return [listing(parts), replaying(parts)];
}

function listing({ name, path, cursors, lettersOf }: DeadLetterRouteParts): AdminRoute {
  return route({
    name: `${name}-dead`,
    method: 'GET',
    path: `${path}/dead`,
    ...LOOKING,
    summary: 'What it has not taken, the newest first; kept for 30 days, 10,000 at most',
    query: z.strictObject(paging),
    answers: { 200: pageOf(deadShown) },
    answer: async (call) => {
      const { limit, cursor } = call.query;
      const list = `${name}-dead`;
      const after =
        cursor === undefined ? undefined : opened(cursors.open<DeadLetterPlace>(list, call.params, cursor));
      const page = await found(await lettersOf(call)).page(limit, after);
      const last = page.length === limit ? page.at(-1) : undefined;
      const place = last && { id: last.id, givenUp: last.givenUp };
      const next = place ? cursors.seal<DeadLetterPlace>(list, call.params, place) : null;
      return { status: 200, body: { data: page.map(show), next } };
    },
  });
}

function replaying({ name, path, id, lettersOf }: DeadLetterRouteParts): AdminRoute {
  return route({
    name: `${name}-replay`,
    method: 'POST',
    path: `${path}/replay`,
    scope: RECEIVERS_SCOPE,
    summary: `Send once more what it has not taken, under the same ${id}: these, those since a time, or all`,
    body: z.union([
      z.strictObject({ ids: z.array(z.string().max(300)).min(1).max(MAX_IDS) }),
      z.strictObject({ since: timeGiven.describe('When they were given up') }),
      z.strictObject({ all: z.literal(true) }),
    ]),
    answers: { 200: z.strictObject({ waiting: z.int().describe('How many of them wait now') }) },
    answer: async (call) => {
      const { body } = call;
      const which =
        'ids' in body
          ? { ids: body.ids }
          : { since: 'since' in body ? millisecondsOf(body.since) : undefined };
      return { status: 200, body: { waiting: await found(await lettersOf(call)).replay(which) } };
    },
  });
}

const show = ({
  happened,
  givenUp,
  id,
  type,
  tries,
  reason,
}: ShownDeadLetter): z.infer<typeof deadShown> => ({
  ...{ id, type, tries, reason },
  ...{ happened_at: timeOf(happened), given_up_at: timeOf(givenUp) },
});
