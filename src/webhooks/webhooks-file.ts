/** The webhooks file: who is told what happens to accounts and devices. */
import { z } from 'zod';
import { readJsonEntries } from '../config/json-entries.ts';
import { Secret } from '../config/secret.ts';
import { OperatorError } from '../errors/operator-error.ts';
import type { Egress } from '../net/egress.ts';
import { WEBHOOK_TYPES, type WebhookType } from './event-types.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';
import { keyError } from './webhook-signature.ts';

/** Each has a queue that every server looks at. */
const MAX_RECEIVERS = 100;
const MAX_SECRETS = 2;

const entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'has 1 to 40 of a-z, 0-9 and -'),
  url: z.string().superRefine((text, context) => {
    const url = URL.parse(text);
    if (url && /^https?:$/.test(url.protocol) && !text.includes('#')) return;
    context.addIssue({ code: 'custom', message: 'is not an https address without a fragment' });
  }),
  secrets: z
    .array(
      z.string().superRefine((text, context) => {
        const message = keyError(text);
        if (message) context.addIssue({ code: 'custom', message });
      }),
    )
    .min(1)
    .max(MAX_SECRETS, `are ${MAX_SECRETS} at most: the one that is used, and the one that follows it`),
  events: z.array(z.string()).min(1).default(['*']),
  clients: z.array(z.string()).min(1).optional(),
});
type Entry = z.infer<typeof entry>;

/** The webhooks file has errors; each line names the receiver and the remedy. */
class WebhooksError extends OperatorError {
  constructor(errors: readonly string[]) {
    super(`WEBHOOKS_FILE cannot be used:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
    this.name = 'WebhooksError';
  }
}

const FORMAT = {
  schema: entry,
  noun: 'receiver',
  nameField: 'id',
  failure: (errors: string[]) => new WebhooksError(errors),
};

/**
 * Reads a JSON array of receivers.
 * @param egress by which they are called: an address that it would never call is told now
 * @throws WebhooksError naming every error
 */
export function parseWebhooks(text: string, egress: Pick<Egress, 'refusalOf'>): WebhookReceiver[] {
  const errors: string[] = [];
  const entries = readJsonEntries(text, FORMAT, errors);
  for (const one of entries)
    errors.push(...errorsOf(one, entries, egress).map((error) => `${one.id}: ${error}`));
  if (entries.length > MAX_RECEIVERS) errors.push(`${entries.length} receivers: at most ${MAX_RECEIVERS}`);
  if (errors.length > 0) throw new WebhooksError([...new Set(errors)]);
  return entries.map(({ id, url, secrets, events, clients }) => ({
    id,
    url,
    secrets: secrets.map((secret) => new Secret(secret)),
    types: new Set([...events.flatMap((pattern) => typesOf(pattern)), 'ping' as const]),
    clients: clients && new Set(clients),
  }));
}

function errorsOf(one: Entry, all: readonly Entry[], egress: Pick<Egress, 'refusalOf'>): string[] {
  const errors = one.events
    .filter((pattern) => typesOf(pattern).length === 0)
    .map(
      (pattern) => `events ${pattern} is none of ${WEBHOOK_TYPES.join(' ')}, nor a group such as device.*`,
    );
  if (all.some((other) => other !== one && other.id === one.id)) errors.push('id is given twice');
  const refusal = egress.refusalOf(one.url);
  if (refusal) errors.push(`url ${refusal}; EGRESS_ALLOW names addresses of your own network`);
  return errors;
}

/** `*`, a group such as `device.*`, or one type. */
function typesOf(pattern: string): WebhookType[] {
  if (pattern === '*') return [...WEBHOOK_TYPES];
  const group = pattern.endsWith('.*') ? pattern.slice(0, -1) : undefined;
  return WEBHOOK_TYPES.filter((type) => type === pattern || (group !== undefined && type.startsWith(group)));
}
