import { z } from 'zod';
import { type AdminRoute, route } from './route.ts';
import { time, timeOf, timeOrNull } from './schemas.ts';

/** As much of a signing key as is public. */
interface KeyState {
  readonly key: { readonly kid: string; readonly alg: string };
  readonly state: 'waiting' | 'signing' | 'retired' | 'ended';
  /** 0: ever since. */
  readonly signs: number;
  readonly ends: number | undefined;
}

interface Keys {
  readonly status: readonly KeyState[];
}

export interface KeyRouteParts {
  readonly keys: {
    status(): Promise<Keys>;
    rotate(): Promise<Keys & { readonly outcome: 'rotated' | 'waiting' }>;
    endAll(): Promise<Keys>;
  };
}

const shown = z.strictObject({
  kid: z.string(),
  alg: z.string(),
  state: z.enum(['waiting', 'signing', 'retired', 'ended']),
  signs_from: time.nullable().describe('null: ever since it was made'),
  published_until: time.nullable(),
});

/** Keys that ID tokens are signed with. */
export function keyRoutes({ keys }: KeyRouteParts): AdminRoute[] {
  return [
    route({
      name: 'keys-list',
      method: 'GET',
      path: '/keys',
      scope: 'admin:keys',
      summary: 'Signing keys: which signs, which waits, which is kept for what it signed',
      answers: { 200: z.strictObject({ data: z.array(shown) }) },
      answer: async () => ({ status: 200, body: { data: (await keys.status()).status.map(showKey) } }),
    }),
    route({
      name: 'keys-rotate',
      method: 'POST',
      path: '/keys/rotate',
      scope: 'admin:keys',
      summary: 'Publish a new key, which signs later; at once, for a leak: every key that is there ends',
      body: z.strictObject({ at_once: z.boolean().default(false) }),
      answers: { 200: z.strictObject({ changed: z.boolean(), data: z.array(shown) }) },
      once: true,
      answer: async ({ body }) => {
        const done = body.at_once ? { outcome: 'rotated', ...(await keys.endAll()) } : await keys.rotate();
        return { status: 200, body: { changed: done.outcome === 'rotated', data: done.status.map(showKey) } };
      },
    }),
  ];
}

function showKey({ key, state, signs, ends }: KeyState): z.infer<typeof shown> {
  const times = { signs_from: signs === 0 ? null : timeOf(signs), published_until: timeOrNull(ends) };
  return { kid: key.kid, alg: key.alg, state, ...times };
}
