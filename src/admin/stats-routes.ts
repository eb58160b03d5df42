import { z } from 'zod';
import { FIGURES, type HourlyFigureStore, lastHours, MAX_HOURS } from '../audit/hourly-figures.ts';
import { type AdminRoute, route } from './route.ts';
import { time, timeOf } from './schemas.ts';

export interface StatsRouteParts {
  readonly hourlyFigures: Pick<HourlyFigureStore, 'read'>;
  readonly now: () => number;
}

const count = z.int().nonnegative();
const DESCRIBED = {
  sign_ins: 'Browsers signed in',
  refused: 'Wrong passwords, codes and second steps',
  devices_linked: 'Devices that fetched their key',
  deregistered: 'Devices removed by their owner, or signed off by themselves',
  replayed: 'Refresh tokens presented a second time: their device ended',
  not_me: 'Owners who said of something that it was not them',
  limits_met: 'Requests that a limit refused',
} as const satisfies Record<(typeof FIGURES)[number], string>;

const counts = Object.fromEntries(
  FIGURES.map((figure) => [figure, count.describe(DESCRIBED[figure])]),
) as Record<(typeof FIGURES)[number], typeof count>;

/** What happened in the last hours. */
export function statsRoutes({ hourlyFigures, now }: StatsRouteParts): AdminRoute[] {
  return [
    route({
      name: 'stats',
      method: 'GET',
      path: '/stats',
      scope: 'admin:stats',
      summary: 'What happened, by the hour, the newest first; a process tells of it 10 s late at most',
      query: z.strictObject({ hours: z.coerce.number().int().min(1).max(MAX_HOURS).default(24) }),
      answers: {
        200: z.strictObject({
          data: z.array(z.strictObject({ hour: time.describe('When it began'), ...counts })),
        }),
      },
      answer: async ({ query }) => {
        const hours = await lastHours(hourlyFigures, query.hours, now());
        return { status: 200, body: { data: hours.map((one) => ({ ...one, hour: timeOf(one.hour) })) } };
      },
    }),
  ];
}
