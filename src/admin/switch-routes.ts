import { z } from 'zod';
import { RECEIVERS_SCOPE } from './dead-letter-routes.ts';
import { found } from './problem.ts';
import { type AdminCall, type AdminRoute, route } from './route.ts';

interface SwitchRouteParts<Act extends string> {
  /** Begins the names of the calls. */
  readonly name: string;
  /** Of one of them. */
  readonly path: string;
  readonly summaries: Readonly<Record<Act, string>>;
  /** @returns whether that has changed anything; `undefined`: there is no such receiver */
  readonly change: (call: Pick<AdminCall, 'params'>, act: Act) => Promise<boolean | undefined>;
}

/** What is done to one of those who are told, and undone. */
export function switchRoutes<Act extends string>(parts: SwitchRouteParts<Act>): AdminRoute[] {
  const { name, path, summaries, change } = parts;
  return (Object.keys(summaries) as Act[]).map((act) =>
    route({
      name: `${name}-${act}`,
      method: 'POST',
      path: `${path}/${act}`,
      scope: RECEIVERS_SCOPE,
      summary: summaries[act],
      answers: { 200: z.strictObject({ changed: z.boolean() }) },
      answer: async (call) => ({ status: 200, body: { changed: found(await change(call, act)) } }),
    }),
  );
}
