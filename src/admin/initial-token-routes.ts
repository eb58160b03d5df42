import { z } from 'zod';
import { type InitialTokens, MAX_DAYS, MAX_INITIAL_TOKENS, MAX_USES } from '../apps/initial-tokens.ts';
import type { RegistrationMode } from '../apps/registered-clients.ts';
import { Problem } from './problem.ts';
import { type AdminRoute, route } from './route.ts';
import { time, timeOf } from './schemas.ts';

export interface InitialTokenRouteParts {
  readonly initialTokens: InitialTokens;
  readonly registration: RegistrationMode;
  readonly now: () => number;
}

const DAY = 86_400_000;
const [PATH, WRITE] = ['/initial-access-tokens', 'admin:clients:write'] as const;

const shown = z.strictObject({
  id: z.string(),
  name: z.string(),
  uses_left: z.int(),
  expires_at: time,
});

/** With one, a program registers a client where not everybody may: what such a client is let do, its owners say. */
export function initialTokenRoutes(parts: InitialTokenRouteParts): AdminRoute[] {
  return [makingRoute(parts), ...listRoutes(parts)];
}

function makingRoute({ initialTokens, registration, now }: InitialTokenRouteParts): AdminRoute {
  return route({
    name: 'initial-tokens-create',
    method: 'POST',
    path: PATH,
    scope: WRITE,
    summary: 'An initial access token, told once: with it, programs register clients themselves',
    body: z.strictObject({
      name: z.string().max(100).default(''),
      uses: z.int().min(1).max(MAX_USES).default(1).describe('How many clients it admits'),
      days: z.int().min(1).max(MAX_DAYS).default(7).describe('How long it is good'),
    }),
    answers: { 201: shown.extend({ token: z.string() }) },
    once: true,
    answer: async ({ body: { name, uses, days } }) => {
      if (registration === 'closed') throw new Problem('registration-closed');
      const issued = await initialTokens.issue({ name, uses }, days * DAY);
      if (!issued)
        throw new Problem('too-many-tokens', { detail: `${MAX_INITIAL_TOKENS} are good: end one first` });
      const body = { ...issued, name, uses_left: uses, expires_at: timeOf(now() + days * DAY) };
      return { status: 201, body };
    },
  });
}

function listRoutes({ initialTokens }: InitialTokenRouteParts): AdminRoute[] {
  return [
    route({
      name: 'initial-tokens-list',
      method: 'GET',
      path: PATH,
      scope: 'admin:clients:read',
      summary: 'Initial access tokens that are still good, without the tokens themselves',
      answers: { 200: z.strictObject({ data: z.array(shown) }) },
      answer: async () => {
        const data = (await initialTokens.list()).map(({ id, name, left, until }) => ({
          ...{ id, name },
          ...{ uses_left: left, expires_at: timeOf(until) },
        }));
        return { status: 200, body: { data } };
      },
    }),
    route({
      name: 'initial-tokens-end',
      method: 'DELETE',
      path: `${PATH}/{token}`,
      scope: WRITE,
      summary: 'End one; clients that were registered with it stay',
      answers: { 204: undefined },
      answer: async ({ params }) => {
        const id = params['token'] ?? '';
        if (!(await initialTokens.list()).some((one) => one.id === id)) throw new Problem('not-found');
        await initialTokens.end(id);
        return { status: 204 };
      },
    }),
  ];
}
