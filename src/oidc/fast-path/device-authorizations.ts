/**
 * A fast path in front of the library for the first request of every device: a public client asks for a code. It answers that
 * one case as the library would, byte for byte; a test holds the two together. The code is kept as the library's model keeps it.
 *
 * | what comes | what happens |
 * | --- | --- |
 * | anything but these parameters in a simple form (`simple-form.ts`), or with credentials | the library, untouched |
 * | a client that is unknown, has a secret, may not use this grant, needs a key of an owner, or has defaults or scopes of its own | the library, untouched |
 * | no scope, or one that this server does not know by itself | the library, untouched |
 * | everything else | a code, answered here |
 * | too many codes live, or the store does not answer | the library, which finds so in the request's cache and says it |
 */
import type Provider from 'oidc-provider';
import type { SecurityLog } from '../../audit/security-log.ts';
import { POLL_PACING } from '../../devices/device-code-store.ts';
import { displayUserCode, newUserCode, withUserCode } from '../../devices/user-code.ts';
import type { PlainAnswer } from '../../net/plain-answer.ts';
import { recentAnswers } from '../../net/recent-answers.ts';
import { senderOf } from '../../net/requester.ts';
import { randomOctets } from '../../runtime/random-octets.ts';
import type { DeviceCodeAdapter } from '../adapters/device-codes.ts';
import { answerReasons } from '../answer-reasons.ts';
import { isKnownScope, MAX_SCOPES_LENGTH } from '../asked-scopes.ts';
import { DEVICE_GRANT } from '../clients.ts';
import type { Cors } from '../cors.ts';
import { deviceInfo } from '../device-info.ts';
import { needsLinkKey } from '../link-key-clients.ts';
import { requestCache } from '../request-cache.ts';
import { type Answerer, headersFor, originOf, type PlainQuestion } from './plain-answers.ts';
import { type PublicClient, publicClient } from './public-client.ts';
import { type SimpleForm, simpleForm } from './simple-form.ts';

export const DEVICE_PATH = '/device/auth';
/** Of 256 bits. */
const RANDOM_BYTES = 32;
/** RFC 8628 section 3.1, and what a device says of itself. */
const PARAMETERS: ReadonlySet<string> = new Set([
  'client_id',
  'scope',
  'device_name',
  'device_type',
  'device_model',
]);
/** With one of these, the library adds to what was asked, or refuses some of it. */
const OWN_RULES = ['scope', 'defaultAcrValues', 'defaultMaxAge', 'requireAuthTime'] as const;

interface CodeParts {
  readonly provider: Provider;
  readonly codes: Pick<DeviceCodeAdapter, 'keep'>;
  /** Seconds that codes live. */
  readonly lifetime: number;
  readonly cors: Cors;
  readonly security: SecurityLog | undefined;
}

interface Asked {
  client: PublicClient;
  scope: string;
  claims: SimpleForm;
}

export function deviceAuthorizations(parts: CodeParts): Answerer {
  const { provider, lifetime, cors, security } = parts;
  const verificationUri = provider.urlFor('code_verification');
  return async function answerDeviceAuthorization(question) {
    const { req, requestId } = question;
    if (req.headers.authorization !== undefined) return undefined;
    const form = await simpleForm(req, PARAMETERS);
    const asked = await read(provider, form, originOf(question));
    if (!asked) return undefined;
    const { client } = asked;
    answerReasons(question).client = client.clientId;
    const code = newCode(question, asked, lifetime);
    const userCode = await kept(parts, code, question);
    if (userCode === undefined) return undefined;
    const body = described(code, lifetime, displayUserCode(userCode), verificationUri);
    security?.audit(
      'device-code-issued',
      { requestId, address: senderOf(req).address },
      { client: client.clientId },
    );
    return answerOf(body, headersFor(question, cors, 'device_authorization', client));
  };
}

type Code = ReturnType<typeof newCode>;

/** Its user code; `undefined`: the library finds out why it was not kept, and says it. */
async function kept(
  { codes, lifetime }: CodeParts,
  code: Code,
  question: PlainQuestion,
): Promise<string | undefined> {
  try {
    return await codes.keep(code.jti, code, lifetime);
  } catch (error) {
    requestCache(question).codeError = error;
    return undefined;
  }
}

/** RFC 8628 section 3.2. */
function described(code: Code, lifetime: number, shown: string, verificationUri: string): object {
  return {
    device_code: code.jti,
    user_code: shown,
    verification_uri: verificationUri,
    verification_uri_complete: withUserCode(verificationUri, shown),
    expires_in: lifetime,
    interval: POLL_PACING.interval / 1000,
    ...numberOf(code.deviceInfo),
  };
}

async function read(
  provider: Provider,
  form: SimpleForm | undefined,
  origin: string,
): Promise<Asked | undefined> {
  const { client_id: clientId, scope: asked = '' } = form ?? {};
  const scopes = knownScopes(asked);
  if (!form || !clientId || !scopes) return undefined;
  const client = await publicClient(provider, clientId, DEVICE_GRANT, origin);
  if (!client || needsLinkKey(client) || OWN_RULES.some((rule) => isSet(client[rule]))) return undefined;
  const scope = client.grantTypeAllowed('refresh_token') ? scopes.all : scopes.whileHere;
  return scope === '' ? undefined : { client, scope, claims: form };
}

/** Each scope once; `null` where one is not known. */
const knownScopes = recentAnswers((asked: string) => {
  const scopes = [...new Set(asked.split(' '))];
  if (!scopes.every(isKnownScope)) return null;
  const whileHere = scopes.filter((scope) => scope !== 'offline_access').join(' ');
  return { all: scopes.join(' '), whileHere };
}, MAX_SCOPES_LENGTH);

function isSet(rule: unknown): boolean {
  return rule !== undefined && rule !== false;
}

/** As the library keeps it. */
function newCode({ req }: PlainQuestion, { client, scope, claims }: Asked, lifetime: number) {
  const issuedAt = Math.floor(Date.now() / 1000);
  return {
    iat: issuedAt,
    exp: issuedAt + lifetime,
    deviceInfo: deviceInfo({ claims, requester: senderOf(req), client, login: false }),
    params: { client_id: client.clientId, scope },
    userCode: newUserCode(),
    kind: 'DeviceCode',
    jti: randomOctets(RANDOM_BYTES).toString('base64url'),
    clientId: client.clientId,
  };
}

function numberOf(info: { numberMatch?: { number: number } } | undefined) {
  return info?.numberMatch ? { number_match: info.numberMatch.number } : {};
}

function answerOf(body: object, headers: readonly string[]): PlainAnswer {
  return { route: DEVICE_PATH, status: 200, headers, body: JSON.stringify(body) };
}
