import { z } from 'zod';
import { Problem } from './problem.ts';

/** Of lists. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(25).describe('Rows at most'),
  cursor: z.string().max(2000).optional().describe('`next` of the page before; good for 24 hours'),
};

/** A page of a list. */
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.strictObject({
    data: z.array(row),
    next: z.string().nullable().describe('`cursor` of the next page; null: there is none'),
  });

export const time = z.iso.datetime().describe('RFC 3339, in UTC');

/** A time in a query. */
export const timeGiven = z.iso.datetime({ offset: true });

export const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const timeOrNull = (milliseconds: number | undefined): string | null =>
  milliseconds === undefined ? null : timeOf(milliseconds);

export const millisecondsOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);

/** @throws Problem for a cursor that is none of this list and question */
export function opened<T>(at: T | undefined): T {
  if (at !== undefined) return at;
  const detail = 'is none of this list, with these parameters, within the last 24 hours';
  throw new Problem('invalid-request', { errors: [{ pointer: '/cursor', detail }] });
}
