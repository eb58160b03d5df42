/** UPSTREAM_FILE: the providers by which owners may sign in. */
import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { normalizeEmail } from '../accounts/email.ts';
import { readJsonEntries } from '../config/json-entries.ts';
import { Secret } from '../config/secret.ts';
import { OperatorError } from '../errors/operator-error.ts';
import type { Egress } from '../net/egress.ts';
import type { Upstream } from './upstream.ts';

/** Each is a button on the page for signing in. */
const MAX_UPSTREAMS = 20;
/** A symmetric signature, or none, is no proof that the provider made it. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** What may be asked for beside what this server says itself. */
const EXTRA_PARAMETERS = [
  ...['acr_values', 'audience', 'connection', 'display', 'domain_hint', 'hd', 'kc_idp_hint', 'login_hint'],
  ...['organization', 'prompt', 'resource', 'ui_locales'],
];
const SECRETS = ['client_secret', 'client_secret_file', 'private_key_file'] as const;

const names = z.array(z.string().min(1).max(200)).max(20).default([]);

const entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'has 1 to 40 of a-z, 0-9 and -'),
  name: z.string().trim().min(1).max(40),
  issuer: z.string().refine(isIssuer, 'is no https address without query and fragment'),
  client_id: z.string().min(1).max(200),
  client_secret: z.string().min(1).max(1000).optional(),
  client_secret_file: z.string().min(1).optional(),
  private_key_file: z.string().min(1).optional(),
  scope: z
    .string()
    .max(500)
    .refine((scope) => scope.split(' ').includes('openid'), 'has to name openid')
    .default('openid profile email'),
  id_token_signed_response_alg: z.string().default('RS256'),
  sign_up: z.enum(['follow', 'open', 'closed']).default('follow'),
  logout: z.enum(['browsers', 'everything', 'ignore']).default('browsers'),
  link_by: z.enum(['subject', 'verified_email']).default('subject'),
  email_domains: z.array(z.string().min(1).max(253)).max(50).default([]),
  import: z
    .strictObject({
      name: z.enum(['once', 'always', 'never']).default('once'),
      email: z.enum(['once', 'never']).default('once'),
    })
    .default({ name: 'once', email: 'once' }),
  two_step: z.strictObject({ acr_values: names, amr: names }).optional(),
  prompt: z.enum(['login', 'consent', 'select_account']).optional(),
  extra_params: z.record(z.string(), z.string().max(300)).default({}),
});
type Entry = z.infer<typeof entry>;

function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.search === '' && !text.includes('#');
}

/** The file has errors; each line names the entry and the remedy. */
export class UpstreamError extends OperatorError {
  constructor(errors: readonly string[]) {
    super(`UPSTREAM_FILE cannot be used:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
    this.name = 'UpstreamError';
  }
}

const FORMAT = {
  schema: entry,
  noun: 'provider',
  nameField: 'id',
  failure: (errors: string[]) => new UpstreamError(errors),
};

/** What stands in a file that an entry names, or why it could not be read. */
type FileText = { readonly text: string } | { readonly error: string };

/** Files that the entries name for secrets and keys, as they are written there. */
export function filesNamedIn(text: string): string[] {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return [];
  }
  const entries = Array.isArray(given) ? (given as unknown[]) : [];
  const files = entries.flatMap((one) => {
    const fields = (one ?? {}) as Record<string, unknown>;
    return [fields['client_secret_file'], fields['private_key_file']];
  });
  return [...new Set(files.filter((file) => typeof file === 'string'))];
}

/**
 * @param files what stands in the files that the entries name
 * @param egress by which providers are called: an address that it would never call is told now
 * @throws UpstreamError naming every error
 */
export function parseUpstreams(
  text: string,
  files: ReadonlyMap<string, FileText>,
  egress: Pick<Egress, 'refusalOf'>,
): Upstream[] {
  const errors: string[] = [];
  const entries = readJsonEntries(text, FORMAT, errors);
  for (const one of entries)
    errors.push(...errorsOf(one, entries, egress).map((error) => `${one.id}: ${error}`));
  if (entries.length > MAX_UPSTREAMS) errors.push(`${entries.length} providers: at most ${MAX_UPSTREAMS}`);
  const upstreams = entries.flatMap((one) => {
    const credentials = credentialsOf(one, files);
    if (typeof credentials === 'string') errors.push(`${one.id}: ${credentials}`);
    return typeof credentials === 'string' ? [] : [upstreamOf(one, credentials)];
  });
  if (errors.length > 0) throw new UpstreamError([...new Set(errors)]);
  return upstreams;
}

function errorsOf(one: Entry, all: readonly Entry[], egress: Pick<Egress, 'refusalOf'>): string[] {
  const errors: string[] = [];
  const others = all.filter((other) => other !== one);
  if (others.some(({ id }) => id === one.id)) errors.push('id is given twice');
  if (others.some(({ issuer }) => issuer === one.issuer))
    errors.push('issuer is given twice: who is known there is known by issuer and subject alone');
  if (!ALGORITHMS.includes(one.id_token_signed_response_alg))
    errors.push(`id_token_signed_response_alg is none of ${ALGORITHMS.join(' ')}`);
  const refusal = egress.refusalOf(one.issuer);
  if (refusal) errors.push(`issuer ${refusal}; EGRESS_ALLOW names addresses of your own network`);
  for (const name of Object.keys(one.extra_params))
    if (!EXTRA_PARAMETERS.includes(name))
      errors.push(`extra_params ${name} is none of ${EXTRA_PARAMETERS.join(' ')}`);
  if (one.two_step && one.two_step.acr_values.length + one.two_step.amr.length === 0)
    errors.push('two_step names neither acr_values nor amr: leave it out, or name what counts');
  return [...errors, ...errorsOfEmails(one)];
}

/** Which mailboxes a provider speaks for the operator says, one domain at a time. */
function errorsOfEmails({ link_by: by, email_domains: domains }: Entry): string[] {
  const errors: string[] = [];
  if (by === 'verified_email' && domains.length === 0)
    errors.push('link_by verified_email needs email_domains: of which emails is the provider believed?');
  if (by === 'subject' && domains.length > 0)
    errors.push('email_domains is for link_by verified_email, and says nothing without it');
  for (const domain of domains)
    if (!domain.includes('.') || normalizeEmail(`x@${domain}`) !== `x@${domain}`)
      errors.push(
        `email_domains ${domain} is no domain as mail is sent to it: lower case, xn-- for other letters`,
      );
  return errors;
}

/** @returns how the client proves itself, or what is wrong */
function credentialsOf(one: Entry, files: ReadonlyMap<string, FileText>): Upstream['credentials'] | string {
  const given = SECRETS.filter((name) => one[name] !== undefined);
  const [name] = given;
  if (given.length !== 1 || name === undefined)
    return `needs one of ${SECRETS.join(', ')}, and no second one`;
  if (name === 'client_secret') return { kind: 'secret', secret: new Secret(one.client_secret ?? '') };
  const path = one[name] ?? '';
  const file = files.get(path) ?? { error: 'was not read' };
  if ('error' in file) return `${name} ${path}: ${file.error}`;
  if (name === 'client_secret_file') {
    const secret = file.text.trim();
    return secret === '' ? `${name} ${path}: is empty` : { kind: 'secret', secret: new Secret(secret) };
  }
  try {
    return { kind: 'key', key: createPrivateKey(file.text) };
  } catch {
    return `${name} ${path}: is no private key in PEM without a passphrase`;
  }
}

function upstreamOf(one: Entry, credentials: Upstream['credentials']): Upstream {
  return {
    id: one.id,
    name: one.name,
    issuer: one.issuer,
    clientId: one.client_id,
    credentials,
    scope: one.scope,
    algorithm: one.id_token_signed_response_alg,
    twoStep: one.two_step && { acrValues: one.two_step.acr_values, amr: one.two_step.amr },
    signUp: one.sign_up,
    linkBy: one.link_by,
    emailDomains: one.email_domains,
    import: one.import,
    logout: one.logout,
    parameters: { ...one.extra_params, ...(one.prompt && { prompt: one.prompt }) },
  };
}
