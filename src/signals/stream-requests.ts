/** What receivers may ask of their stream, as it is read. */
import { z } from 'zod';
import type { StreamDelivery } from './signal-stream.ts';
import { invalid } from './signals-refused.ts';

export const POLL = 'urn:ietf:rfc:8936';
export const PUSH = 'urn:ietf:rfc:8935';

/** It goes out as a header. */
const AUTHORIZATION = /^[\x21-\x7e](?:[\x20-\x7e]{0,1998}[\x21-\x7e])?$/;

const given = z.discriminatedUnion('method', [
  z.looseObject({ method: z.literal(POLL) }),
  z.looseObject({
    method: z.literal(PUSH),
    endpoint_url: z.string().max(2000),
    authorization_header: z.string().regex(AUTHORIZATION).optional(),
  }),
]);

const asked = z.looseObject({
  events_requested: z.array(z.string().min(1).max(300)).max(50).optional(),
  description: z.string().max(500).optional(),
  delivery: given.optional(),
});

const named = { stream_id: z.string().max(100) };

/** For each endpoint; what a receiver says beside is passed over. */
export const STREAM_REQUESTS = {
  create: asked,
  change: asked.extend(named),
  status: z.looseObject({
    ...named,
    status: z.enum(['enabled', 'paused', 'disabled']),
    reason: z.string().max(500).optional(),
  }),
  verify: z.looseObject({ ...named, state: z.string().max(1000).optional() }),
  poll: z.looseObject({
    maxEvents: z.number().int().min(0).optional(),
    returnImmediately: z.boolean().optional(),
    ack: z.array(z.string().max(300)).max(1000).optional(),
    setErrs: z
      .record(z.string().max(300), z.looseObject({ err: z.string().max(100) }))
      .refine((errors) => Object.keys(errors).length <= 1000, 'are 1000 at most')
      .optional(),
  }),
} as const;

export type AskedStream = z.infer<typeof asked>;
export type StatusRequest = z.infer<(typeof STREAM_REQUESTS)['status']>;
export type VerifyRequest = z.infer<(typeof STREAM_REQUESTS)['verify']>;
export type PollRequest = z.infer<(typeof STREAM_REQUESTS)['poll']>;

/** @throws SignalsRefused naming each fault, and repeating nothing of what was sent */
export function readRequest<S extends z.ZodType>(schema: S, text: string): z.infer<S> {
  const read = schema.safeParse(json(text));
  if (read.success) return read.data;
  const faults = read.error.issues.map(
    ({ path, message }) => `${path.map(String).slice(0, 2).join('.')}: ${message}`,
  );
  throw invalid(
    faults
      .map((fault) => fault.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200))
      .join('; ')
      .slice(0, 1000),
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid('The body is not JSON');
  }
}

/**
 * @param refusalOf why an address may not be called
 * @throws SignalsRefused
 */
export function deliveryOf(
  delivery: AskedStream['delivery'],
  refusalOf: (address: string) => string | undefined,
): StreamDelivery {
  if (!delivery || delivery.method === POLL) return { method: 'poll' };
  const { endpoint_url: address, authorization_header: authorization } = delivery;
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol))
    throw invalid('delivery.endpoint_url: is not an https address');
  if (address.includes('#')) throw invalid('delivery.endpoint_url: has a fragment');
  const refusal = refusalOf(url.href);
  if (refusal !== undefined) throw invalid(`delivery.endpoint_url: ${refusal}`);
  return { method: 'push', url: url.href, authorization };
}
