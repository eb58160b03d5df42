/** The command that shows what happened in the last hours. */
import { FIGURES, lastHours, MAX_HOURS } from '../../audit/hourly-figures.ts';
import type { AdminService } from '../../server/operator.ts';
import type { Command, CommandInput } from './command.ts';
import { done, type Ending } from './ending.ts';

const HOURS = '24';

export const statsCommands: readonly Command[] = [
  {
    name: 'stats',
    usage: '[--hours N]',
    summary: `what happened in the last N hours (${HOURS}; ${MAX_HOURS} at most): sign-ins, devices, refusals`,
    words: 0,
    options: { hours: { type: 'string' } },
    run: show,
  },
];

async function show({ hourlyFigures }: AdminService, { options }: CommandInput): Promise<Ending> {
  const hours = Number(options['hours'] ?? HOURS);
  if (!Number.isInteger(hours) || hours < 1 || hours > MAX_HOURS)
    return { outcome: 'usage', message: `--hours is a number from 1 to ${MAX_HOURS}.` };
  const found = await lastHours(hourlyFigures, hours, Date.now());
  const head = ['Hour'.padEnd(17), ...FIGURES.map((figure) => figure.replace('_', ' '))].join('  ');
  const lines = found.map((one) =>
    [
      `${new Date(one.hour).toISOString().slice(0, 16)}Z`,
      ...FIGURES.map((figure) => String(one[figure]).padStart(figure.length)),
    ].join('  '),
  );
  const data = found.map((one) => ({ ...one, hour: new Date(one.hour).toISOString() }));
  return done([head, ...lines].join('\n'), { hours: data });
}
