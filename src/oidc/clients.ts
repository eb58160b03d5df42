import type { ClientMetadata } from 'oidc-provider';
import { z } from 'zod';
import { readJsonEntries } from '../config/json-entries.ts';
import { VOICE_CODE_SCOPE } from '../devices/bearer-tokens.ts';
import { DEVICE_TYPES } from '../devices/claimed-device.ts';
import { LINK_CHECKS } from '../devices/link-risk.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { LINK_MEMBERS } from './client-links.ts';
import { LOGO_FILE } from './client-logos.ts';
import {
  CLIENT_SECRETS,
  clientSecrets,
  hasSecret,
  SECRET_FILE,
  type SecretFiles,
  secretErrors,
  secretText,
  withSecrets,
} from './client-secrets.ts';
import { BY_LANGUAGE, readTagged, withWords } from './client-words.ts';
import { COMPANION, companionErrors, companionMetadata } from './companion-clients.ts';
import {
  ID_TOKEN_GRANT,
  ID_TOKEN_METADATA,
  idTokenErrors,
  RESPONSE_TYPES,
  takesIdTokenAlone,
} from './id-token-clients.ts';
import { LINK_KEY_MODES, LINK_KEYS, linkKeyErrors } from './link-key-clients.ts';
import { logoutAddressErrors } from './logout-receivers.ts';
import { originError } from './origins.ts';
import { CLIENT_GRANT, HEARS_OF, OWN_ACCESS, ownAccessGrantErrors } from './own-access.ts';
import { addressErrors, isLocal } from './redirect-uri.ts';
import { INTROSPECTION_ALGORITHMS, SIGNED_INTROSPECTION_ALG } from './signed-introspection.ts';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export const CODE_GRANT = 'authorization_code';

/** Grants that this server serves: devices are linked, apps sign people in, both refresh; services act in their own name. */
const GRANTS = [DEVICE_GRANT, CODE_GRANT, CLIENT_GRANT, ID_TOKEN_GRANT, 'refresh_token'] as const;

/** What the library knows by itself; the others come with their claims. */
export const OUR_SCOPES = [
  'openid',
  'offline_access',
  'profile',
  'email',
  'household',
  VOICE_CODE_SCOPE,
] as const;

/** The days after which a device of this client must be linked again, whatever it did (RFC 9700 section 4.14.2). */
export const GRANT_DAYS = 'grant_lifetime_days';

/** What an owner who links a device of this client has to do at least; see `devices/link-risk.ts`. */
export const REQUIRED_CHECK = 'device_required_check';

/** Whether devices of this client show a number, which the owner who links one picks out of three. */
export const NUMBER_MATCH = 'device_number_match';
/** What its devices are, where they do not say. */
export const DEFAULT_DEVICE_TYPE = 'default_device_type';

/** Apps whose library knows no PKCE (RFC 7636) sign in without it, where `false`: never those without a secret. */
export const REQUIRE_PKCE = 'require_pkce';

/**
 * Whether what a scope tells of the owner stands in the ID token too, where many app libraries look for it. By
 * default it does for apps, and not for devices.
 */
export const ID_TOKEN_CLAIMS = 'id_token_claims';

/**
 * Whether an exchange of a refresh token brings a new ID token, as it does by default; `false` is for clients that read
 * none but their first (OpenID Connect Core section 12.2).
 */
export const ID_TOKEN_ON_REFRESH = 'id_token_on_refresh';

/** Where people may be sent who have signed out of an app (RP-Initiated Logout section 3.1). */
export const POST_LOGOUT_REDIRECT_URIS = 'post_logout_redirect_uris';

/** Origins of pages that ask for a client: `null` and `file://` of packaged apps, and sites of their own. */
export const CORS_ORIGINS = 'cors_origins';

/** Of a client that registered itself (RFC 7591): no operator has looked at it. The store alone says so, never the file. */
export const SELF_REGISTERED = 'self_registered';

/** How an answer may come back to an app (OAuth 2.0 Multiple Response Types, OAuth 2.0 Form Post Response Mode). */
export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const;

const clientName = z.string().min(1).max(100);

const metadata = z.looseObject({
  client_id: z.string().min(1).max(200),
  client_name: clientName,
  grant_types: z.array(z.enum(GRANTS)).optional(),
  response_types: z.array(z.enum(RESPONSE_TYPES, 'is code, or id_token: nothing else is served')).optional(),
  redirect_uris: z.array(z.string()).default([]),
  application_type: z.enum(['web', 'native']).optional(),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    .optional(),
  client_secret: secretText.optional(),
  [CLIENT_SECRETS]: clientSecrets.optional(),
  [SECRET_FILE]: z.string().min(1).optional(),
  jwks_uri: z.string().startsWith('https://', 'needs https').optional(),
  response_modes: z.array(z.enum(RESPONSE_MODES)).min(1).optional(),
  [CORS_ORIGINS]: z.array(z.string()).optional(),
  [REQUIRE_PKCE]: z.boolean().optional(),
  [POST_LOGOUT_REDIRECT_URIS]: z.array(z.string()).optional(),
  backchannel_logout_uri: z.string().max(2000).optional(),
  backchannel_logout_session_required: z.boolean().optional(),
  [ID_TOKEN_CLAIMS]: z.boolean().optional(),
  [ID_TOKEN_ON_REFRESH]: z.boolean().optional(),
  [OWN_ACCESS]: z.record(z.string(), z.array(z.string())).optional(),
  [HEARS_OF]: z.array(z.string().min(1).max(200)).max(100).optional(),
  [SIGNED_INTROSPECTION_ALG]: z.enum(INTROSPECTION_ALGORITHMS).optional(),
  [GRANT_DAYS]: z.number().int().min(1).max(3650).optional(),
  [REQUIRED_CHECK]: z.enum(LINK_CHECKS).exclude(['refuse']).optional(),
  [NUMBER_MATCH]: z.boolean().optional(),
  [DEFAULT_DEVICE_TYPE]: z.enum(DEVICE_TYPES).optional(),
  [LOGO_FILE]: z.string().max(64).optional(),
  ...LINK_MEMBERS,
  [COMPANION]: z.boolean().optional(),
  [LINK_KEYS]: z.enum(LINK_KEY_MODES).optional(),
  [SELF_REGISTERED]: z.undefined('is nothing that this file says').optional(),
  [BY_LANGUAGE]: z.undefined('is said as client_name#de').optional(),
});

/**
 * What the rest of the metadata says, so that it need not be written: a client with addresses to send people
 * back to is an app, one without is a device. An app of which an address is on the owner's own machine is a
 * native one (RFC 8252): the server cannot tell which program listens there, so the owner is always asked.
 */
const client = metadata.transform((given, context) => {
  const isApp = given.redirect_uris.length > 0 || given.grant_types?.includes(CODE_GRANT) === true;
  const isSetUpByApp = given[COMPANION] === true;
  const asksForIdToken = takesIdTokenAlone(given);
  const errors = [...errorsTogether(given, isApp), ...(isSetUpByApp ? companionErrors(given) : [])];
  for (const error of errors) context.addIssue({ code: 'custom', ...error });
  const grantTypes = given.grant_types ?? [
    ...(isApp ? [CODE_GRANT] : []),
    ...(isApp && !isSetUpByApp ? [] : [DEVICE_GRANT]),
    'refresh_token' as const,
  ];
  for (const error of linkKeyErrors(given[LINK_KEYS], grantTypes))
    context.addIssue({ code: 'custom', ...error });
  return {
    ...withWords(given),
    token_endpoint_auth_method: authMethodOf(given),
    grant_types: grantTypes,
    response_types: isApp ? ['code'] : [],
    ...(isSetUpByApp && companionMetadata(given)),
    ...(asksForIdToken && ID_TOKEN_METADATA),
    ...(isApp && { application_type: given.redirect_uris.some(isLocal) ? 'native' : 'web' }),
  };
});

/** RFC 7591 section 2: a client with a secret that names no method sends it in the Authorization header. */
function authMethodOf(given: z.infer<typeof metadata>): string {
  return given.token_endpoint_auth_method ?? (hasSecret(given) ? 'client_secret_basic' : 'none');
}

function errorsTogether(
  given: z.infer<typeof metadata>,
  isApp: boolean,
): { path: string[]; message: string }[] {
  const { grant_types, redirect_uris, response_types, application_type } = given;
  const errors = [
    ...readTagged(given, clientName).errors,
    ...idTokenErrors(given),
    ...addressErrors('redirect_uris', redirect_uris),
    ...addressErrors(POST_LOGOUT_REDIRECT_URIS, given[POST_LOGOUT_REDIRECT_URIS] ?? []),
  ];
  for (const origin of given[CORS_ORIGINS] ?? []) {
    const error = originError(origin);
    if (error !== undefined) errors.push({ path: [CORS_ORIGINS], message: `${origin} ${error}` });
  }
  const needs = (path: string, message: string) => errors.push({ path: [path], message });
  if (isApp && redirect_uris.length === 0) needs('redirect_uris', 'are needed with authorization_code');
  if (isApp && grant_types && !takesIdTokenAlone(given) && !grant_types.includes(CODE_GRANT))
    needs('grant_types', 'need authorization_code');
  if (!isApp && response_types?.length) needs('response_types', 'need redirect_uris');
  if (application_type === 'web' && redirect_uris.some(isLocal))
    needs('application_type', 'is native where an address is on the own machine of the person who signs in');
  errors.push(...secretErrors(given));
  if (hasSecret(given) && given.token_endpoint_auth_method === 'none')
    needs(
      'client_secret',
      'is asked for only with a token_endpoint_auth_method, such as client_secret_basic',
    );
  errors.push(...logoutAddressErrors(given, isApp));
  if (given[REQUIRE_PKCE] === false && authMethodOf(given) === 'none')
    needs(REQUIRE_PKCE, 'can be false only for a client with a secret or a key of its own');
  errors.push(...ownAccessGrantErrors(given, authMethodOf(given) === 'none'));
  return errors;
}

/** The clients file has errors; each line names the client and the remedy. */
export class ClientsError extends OperatorError {
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    super(`The clients cannot be used:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
    this.name = 'ClientsError';
    this.errors = errors;
  }
}

const FORMAT = {
  schema: client,
  noun: 'client',
  nameField: 'client_id',
  failure: (errors: string[]) => new ClientsError(errors),
};

/**
 * Reads a JSON array of client metadata (RFC 7591 names).
 * @param files what stands in the files that clients name for their secrets
 * @throws ClientsError naming every error
 */
export function parseClients(text: string, files: SecretFiles = new Map()): ClientMetadata[] {
  const errors: string[] = [];
  const clients = (readJsonEntries(text, FORMAT, errors) as ClientMetadata[]).map((one) => {
    const faults: string[] = [];
    const client = withSecrets(one, files, faults);
    errors.push(...faults.map((fault) => `${one.client_id}: ${fault}`));
    return client;
  });
  const ids = clients.map((entry) => entry.client_id);
  const doubles = ids.filter((id, index) => ids.indexOf(id) !== index);
  errors.push(...doubles.map((id) => `${id}: client_id is used twice`));
  if (errors.length > 0) throw new ClientsError(errors);
  return clients;
}
