/** How the clients file says the secrets of a client, and how the library has them. */
import { z } from 'zod';
import type { ClientSecret } from '../apps/client-secrets.ts';
import { digestOf } from '../apps/token-digest.ts';
import { withoutByteOrderMark } from '../runtime/text-file.ts';

/** One or two secrets, each with its end where it has one, in place of `client_secret`. */
export const CLIENT_SECRETS = 'client_secrets';
/** The path of a file that has them: a line for each, and behind the secret its end, where it has one. */
export const SECRET_FILE = 'client_secret_file';

/** The secret in clients.example.json: every reader of the repository knows it, so production refuses it. */
export const PUBLISHED_SECRET = 'for-development-only-never-for-production';

/** Files by the path under which clients name them: their text, or why they cannot be read. */
export type SecretFiles = ReadonlyMap<string, { readonly text: string } | { readonly error: string }>;

export const secretText = z.string('is text').min(32, 'needs at least 32 characters');

const written = z.strictObject({
  secret: secretText,
  until: z.iso.datetime({ offset: true, error: 'is a time, such as 2030-01-31T12:00:00Z' }).optional(),
});

export const clientSecrets = z
  .array(written, 'is an array of one or two secrets')
  .min(1, 'needs a secret')
  .max(2, 'has more than two secrets')
  .refine((all) => all.some(({ until }) => until === undefined), 'needs one secret without an end')
  .transform((all) => all.map(kept));

function kept({ secret, until }: z.infer<typeof written>): ClientSecret {
  return { digest: digestOf(secret), ...(until !== undefined && { until: Date.parse(until) }) };
}

/** Where an entry may say its secrets. */
export interface GivenSecrets {
  readonly client_secret?: unknown;
  readonly [CLIENT_SECRETS]?: unknown;
  readonly [SECRET_FILE]?: unknown;
}

export function hasSecret(given: GivenSecrets): boolean {
  return secretMembers(given).length > 0;
}

/** Each says all of them: beside another one it could not be told which is meant. */
export function secretErrors(given: GivenSecrets): { path: string[]; message: string }[] {
  const [first, second] = secretMembers(given);
  if (first === undefined) return [];
  if (second !== undefined) return [{ path: [second], message: `is not given beside ${first}` }];
  const hasEnd = (given as Record<string, unknown>)['client_secret_expires_at'];
  return hasEnd && first !== 'client_secret'
    ? [
        {
          path: ['client_secret_expires_at'],
          message: `is not given beside ${first}: each has its own until`,
        },
      ]
    : [];
}

function secretMembers(given: GivenSecrets) {
  return (['client_secret', CLIENT_SECRETS, SECRET_FILE] as const).filter(
    (name) => given[name] !== undefined,
  );
}

/**
 * The entry as the library takes it: it asks for one secret, and gets the digest of one that has no end, which opens
 * nothing; what is compared are `client_secrets`.
 * @param errors gets a sentence for each fault of the file with its secrets
 */
export function withSecrets<T extends GivenSecrets>(given: T, files: SecretFiles, errors: string[]): T {
  const { [SECRET_FILE]: path, ...others } = given;
  const secrets =
    typeof path === 'string'
      ? secretsIn(path, files, errors)
      : (given[CLIENT_SECRETS] as readonly ClientSecret[] | undefined);
  if (!secrets) return given;
  const lasting = secrets.find(({ until }) => until === undefined);
  return { ...others, client_secret: lasting?.digest, [CLIENT_SECRETS]: secrets } as unknown as T;
}

function secretsIn(path: string, files: SecretFiles, errors: string[]): readonly ClientSecret[] | undefined {
  const file = files.get(path) ?? { error: 'was not read' };
  if ('error' in file) {
    errors.push(`${SECRET_FILE}: ${file.error}`);
    return undefined;
  }
  const lines = withoutByteOrderMark(file.text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const read = clientSecrets.safeParse(lines.map(secretInLine));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path: [line, name = ''], message }) =>
    line === undefined ? message : `line ${Number(line) + 1} ${String(name)} ${message}`,
  );
  errors.push(...faults.map((fault) => `${SECRET_FILE} ${path}: ${fault}`));
  return undefined;
}

function secretInLine(line: string): { secret: string; until?: string } {
  const [, secret = '', until] = /^(.*?)(?:\s+(\d{4}-\d\d-\d\dT\S+))?$/.exec(line) ?? [];
  return { secret, ...(until !== undefined && { until }) };
}

/** The paths that the clients of this text name; none where it is no such text, which is told of elsewhere. */
export function secretFilesOf(text: string): string[] {
  try {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries)) return [];
    const paths = entries.map((entry: Record<string, unknown> | null) => entry?.[SECRET_FILE]);
    return [...new Set(paths.filter((path) => typeof path === 'string'))];
  } catch {
    return [];
  }
}

/** Of a client as the library or the clients file has it. */
export function secretsOf(client: object): readonly ClientSecret[] | undefined {
  return (client as Record<string, unknown>)[CLIENT_SECRETS] as readonly ClientSecret[] | undefined;
}
