import type { ClientMetadata } from 'oidc-provider';
import { z } from 'zod';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** Grants that this server serves. The sign-in of apps by authorization code is not among them yet. */
const GRANTS = [DEVICE_GRANT, 'refresh_token'] as const;

/** The days after which a device of this client must be linked again, whatever it did (RFC 9700 section 4.14.2). */
export const GRANT_DAYS = 'grant_lifetime_days';

/** The secret in clients.example.json: everybody can read it, so production refuses it. */
export const PUBLISHED_SECRET = 'for-development-only-never-for-production';

const client = z.looseObject({
  client_id: z.string().min(1).max(200),
  client_name: z.string().min(1).max(100),
  grant_types: z.array(z.enum(GRANTS)).default([...GRANTS]),
  response_types: z.array(z.never('is not served yet, leave it empty')).default([]),
  redirect_uris: z.array(z.never('are not served yet, leave them empty')).default([]),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    .default('none'),
  client_secret: z.string().min(32, 'needs at least 32 characters').optional(),
  [GRANT_DAYS]: z.number().int().min(1).max(3650).optional(),
});

/** The clients file has faults; each line names the client and the remedy. */
export class ClientsError extends Error {
  constructor(faults: readonly string[]) {
    super(`The clients cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ClientsError';
  }
}

/**
 * Reads a JSON array of client metadata (RFC 7591 names).
 * @throws ClientsError naming every fault
 */
export function parseClients(text: string): ClientMetadata[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    throw new ClientsError([`not JSON: ${(error as Error).message}`]);
  }
  if (!Array.isArray(entries)) throw new ClientsError(['a JSON array of clients is needed']);
  const faults: string[] = [];
  const clients = entries.map((entry: unknown, index) => {
    const parsed = client.safeParse(entry);
    if (parsed.success) return parsed.data as ClientMetadata;
    const name = (entry as { client_id?: unknown } | null)?.client_id;
    const who = typeof name === 'string' ? name : `client ${index + 1}`;
    faults.push(...parsed.error.issues.map((issue) => `${who}: ${issue.path.join('.')} ${issue.message}`));
    return undefined;
  });
  const ids = clients.map((entry) => entry?.client_id).filter((id) => id !== undefined);
  const doubles = ids.filter((id, index) => ids.indexOf(id) !== index);
  faults.push(...doubles.map((id) => `${id}: client_id is used twice`));
  if (faults.length > 0) throw new ClientsError(faults);
  return clients.filter((entry) => entry !== undefined);
}
