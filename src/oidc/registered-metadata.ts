/**
 * What a client may register of itself (RFC 7591 section 2): an app that signs people in, and no more. What else there
 * is (the device grant, companions, keys, access in its own name, introspection) is the operator's to give, in the clients
 * file. Addresses that a server would have to call are not kept, and so never called.
 */
import { z } from 'zod';
import { cleanName, fits } from '../accounts/name.ts';
import type { RefusedMetadata } from '../apps/registration.ts';
import { LINK_MEMBERS } from './client-links.ts';
import { namesOf, readTagged, withWords } from './client-words.ts';
import { CODE_GRANT, POST_LOGOUT_REDIRECT_URIS } from './clients.ts';
import { isLocal, redirectError } from './redirect-uri.ts';

/** Octets that may be kept of one client, as JSON. */
const MAX_METADATA = 8192;
const MAX_ADDRESSES = 10;
const MAX_ADDRESS = 1000;
/** As long as the names that stand in our sentences whole. */
const MAX_NAME = 60;
const METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const;

const addresses = z
  .array(z.string().max(MAX_ADDRESS, `is longer than ${MAX_ADDRESS} characters`), 'is an array of addresses')
  .max(MAX_ADDRESSES, `has at most ${MAX_ADDRESSES} addresses`)
  .superRefine((uris, context) => {
    for (const [index, uri] of uris.entries()) {
      const message = redirectError(uri);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [index], message });
    }
  });

const words = z.string('is text').max(200, 'is longer than 200 characters');

const clientName = words
  .transform(cleanName)
  .refine((name) => fits(name, MAX_NAME), `is longer than ${MAX_NAME} characters`);

/** Members that this server knows nothing of are left out, as the standard says, and with them all that it does not serve. */
const metadata = z.object({
  redirect_uris: addresses.min(1, 'is needed: addresses to which people are sent back'),
  client_name: clientName.optional(),
  token_endpoint_auth_method: z
    .enum(METHODS, `is one of ${METHODS.join(', ')}`)
    .default('client_secret_basic'),
  grant_types: z
    .array(
      z.enum(
        [CODE_GRANT, 'refresh_token'],
        'is authorization_code or refresh_token: others the operator gives',
      ),
      'is an array',
    )
    .refine((types) => types.includes(CODE_GRANT), 'needs authorization_code')
    .default([CODE_GRANT]),
  response_types: z
    .array(z.literal('code', 'is code: nothing else is served'), 'is an array')
    .length(1, 'is code alone')
    .default(['code']),
  application_type: z.enum(['web', 'native'], 'is web or native').default('web'),
  [POST_LOGOUT_REDIRECT_URIS]: addresses.optional(),
  id_token_signed_response_alg: z.enum(['RS256', 'ES256'], 'is RS256 or ES256').optional(),
  subject_type: z.literal('public', 'is public: nothing else is served').optional(),
  default_max_age: z.int('is a number of seconds').min(0, 'is a number of seconds').optional(),
  require_auth_time: z.boolean('is true or false').optional(),
  dpop_bound_access_tokens: z.boolean('is true or false').optional(),
  require_pushed_authorization_requests: z.boolean('is true or false').optional(),
  ...LINK_MEMBERS,
  contacts: z
    .array(words.regex(/^[^\s@]+@[^\s@]+$/, 'is an email address'), 'is an array')
    .max(5)
    .optional(),
  software_id: words.optional(),
  software_version: words.optional(),
  // A queue of notices for each is the operator's to give, and apps would wait for notices in vain.
  backchannel_logout_uri: z.undefined('is the operator’s to give').optional(),
});

export type RegisteredMetadata = z.infer<typeof metadata>;

/** What a client asks to be, as it is kept; or why not. @param given as it was sent */
export function readRegistration(
  given: unknown,
  isTaken: (name: string) => boolean,
): { readonly metadata: RegisteredMetadata } | RefusedMetadata {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return refused('invalid_client_metadata', 'send a JSON object as application/json');
  const read = metadata.safeParse(withoutEmpty(given));
  if (!read.success) return refusedBy(read.error.issues);
  const tagged = readTagged(withoutEmpty(given), clientName);
  if (tagged.errors.length > 0) return refusedBy(tagged.errors);
  const data = Object.assign(read.data, tagged.members);
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_METADATA)
    return refused('invalid_client_metadata', `all together is longer than ${MAX_METADATA} octets`);
  const name = data.client_name || hostOf(data.redirect_uris);
  if (namesOf(withWords({ ...data, client_id: '', client_name: name })).some(isTaken))
    return refused(
      'invalid_client_metadata',
      'client_name: looks like the name of an app here, or has the name of this service in it',
    );
  const isNative = data.application_type === 'native' || data.redirect_uris.some(isLocal);
  return {
    metadata: { ...data, client_name: name, application_type: isNative ? 'native' : 'web' },
  };
}

/** RFC 7592 section 2.2: null, and what is left out, are the same. */
function withoutEmpty(given: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== ''));
}

function refusedBy(issues: readonly Pick<z.core.$ZodIssue, 'path' | 'message'>[]): RefusedMetadata {
  const isAddress = issues.some(({ path }) => path[0] === 'redirect_uris');
  const said = issues.map(({ path, message }) => `${path.join(' ')}: ${message}`).join('; ');
  return refused(isAddress ? 'invalid_redirect_uri' : 'invalid_client_metadata', said);
}

/** @param description ASCII, without quotes, as RFC 6749 section 5.2 wants it: nothing that was sent is said again */
export function refused(error: RefusedMetadata['error'], description: string): RefusedMetadata {
  const plain = description.replaceAll('’', "'").replace(/["\\]|[^\x20-\x7e]/g, ' ');
  return { outcome: 'refused', error, description: plain.slice(0, 500) };
}

/** A client that has not said its name goes by where it sends people, which the owner sees too. */
function hostOf([uri = '']: readonly string[]): string {
  const url = URL.parse(uri);
  return cleanName(url?.hostname || url?.protocol.slice(0, -1) || uri).slice(0, MAX_NAME);
}
