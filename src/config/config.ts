/** The environment is read once, here, into a frozen Config and Secrets; all errors are told at once. */
import type { z } from 'zod';
import { OperatorError } from '../errors/operator-error.ts';
import type { ApprovalBounds } from '../limits/approval-bounds.ts';
import type { Limits } from '../limits/limits.ts';
import type { TextCountries } from '../limits/text-countries.ts';
import type { VoiceCodeLimits } from '../limits/voice-code-limits.ts';
import type { EgressSettings } from '../net/egress.ts';
import { trustedProxyErrors } from '../net/trusted-proxies.ts';
import { withoutByteOrderMark } from '../runtime/text-file.ts';
import { type AdminSettings, adminErrors } from './admin-settings.ts';
import { changedSettings } from './changed-settings.ts';
import { unknownDurabilityErrors } from './durability-errors.ts';
import { egressErrors } from './egress-settings.ts';
import { issuerErrors } from './issuer.ts';
import type { KeyTimes } from './key-times.ts';
import { readLimitSettings } from './limit-settings.ts';
import { type MailServer, readMailServer } from './mail-server.ts';
import { misspeltErrors } from './misspelt-settings.ts';
import { productionErrors } from './production-errors.ts';
import type { ProofAges } from './proof-ages.ts';
import { Secret } from './secret.ts';
import { withSecretFiles } from './secret-files.ts';
import { inOrder } from './setting-orders.ts';
import type { SettingWarning } from './setting-warnings.ts';
import { type Settings, settings } from './settings.ts';
import { readStoreAccess, type StoreAccess } from './store-access.ts';
import { textWebhookErrors } from './text-webhook-errors.ts';
import { toConfig } from './to-config.ts';

const MINUTE = 60_000;

export type Mode = 'development' | 'production';

export interface Config {
  readonly mode: Mode;
  readonly issuer: string;
  readonly port: number;
  readonly host: string | undefined;
  /** Processes that serve; 1: this one does. */
  readonly workers: number;
  readonly maxConnections: number;
  /** `undefined`: a private Redis is run. */
  readonly redisUrl: string | undefined;
  readonly redisAccess: StoreAccess;
  readonly redisPrefix: string;
  /** milliseconds, as all times below */
  readonly redisTimeout: number;
  /** Replicas that must have a change before it is acknowledged. */
  readonly redisReplicas: number;
  /** How long a start waits for a store that does not serve yet. */
  readonly redisWait: number;
  readonly allowUnsafeRedis: readonly string[];
  readonly dataDir: string;
  readonly clientsFile: string | undefined;
  /** Between looks whether it has changed; 0: it is read when the operator asks. */
  readonly clientsReload: number;
  readonly resourcesFile: string | undefined;
  readonly admin: AdminSettings;
  /** Whether clients may hear of security events. */
  readonly sharedSignals: boolean;
  /** Receivers that are told what happens; `undefined`: there are none. */
  readonly webhooksFile: string | undefined;
  readonly upstreamFile: string | undefined;
  readonly brandDir: string | undefined;
  /** Of pages and mails, as tags (RFC 5646). */
  readonly languages: readonly string[];
  readonly defaultLanguage: string | undefined;
  /** Addresses of the operator's own documents. */
  readonly documents: { readonly privacy: string | undefined; readonly terms: string | undefined };
  /** `undefined`: mail goes to the outbox of DATA_DIR. */
  readonly mailServer: MailServer | undefined;
  /** Where text messages are handed over; `undefined`: to the outbox of development, or nowhere. */
  readonly smsWebhookUrl: Secret | undefined;
  readonly smsCountries: TextCountries;
  readonly mailFrom: string | undefined;
  readonly egress: EgressSettings;
  readonly geoipFile: string | undefined;
  /** Addresses, ranges, or `none`: see `parseTrustedProxies`. */
  readonly trustedProxies: readonly string[];
  readonly signUp: 'open' | 'invite' | 'closed';
  /** `off`: owners come by the providers of `upstreamFile` and by passkeys alone. */
  readonly passwordSignIn: 'open' | 'off';
  /** Beside the owner's name, email and the product's, what passwords must not be made of. */
  readonly passwordWords: readonly string[];
  /** Two-step verification is demanded of every owner. */
  readonly requireTwoStep: boolean;
  readonly logLevel: string;
  readonly metricsToken: Secret | undefined;
  readonly lifetimes: {
    readonly deviceCode: number;
    readonly accessToken: number;
    readonly refreshToken: number;
    readonly grant: number;
    readonly browserIdle: number;
    readonly browserAbsolute: number;
  };
  readonly signingKeys: KeyTimes;
  readonly dormantAfter: number;
  /** Browsers that may be signed in to one account at once. */
  readonly maxBrowsers: number;
  /** Devices that may be linked to one account at once. */
  readonly maxDevices: number;
  /** How long the removal of a lost second step waits. */
  readonly recoveryWait: number;
  /** Sign-ins of apps that may wait for visitors at once, in pieces of 1 KiB. */
  readonly waitingSignIns: { readonly all: number; readonly network: number };
  /** Who may register a client by a program, and how many there may be: in all, and by one network within a day. */
  readonly registration: {
    readonly mode: 'closed' | 'token' | 'open';
    readonly all: number;
    readonly network: number;
  };
  readonly liveCodes: {
    readonly all: number;
    readonly client: number;
    readonly network: number;
    readonly burst: number;
  };
  /** Accounts that approve codes of one network, from elsewhere, within an hour: see `ApprovalBounds`. */
  readonly approvals: ApprovalBounds;
  readonly limits: Limits;
  readonly proofAges: ProofAges;
  readonly voiceCode: VoiceCodeLimits;
  /** Settings that differ from the default, for the log: see `changedSettings`. */
  readonly changed: Readonly<Record<string, string>>;
  /** What a careful operator would want to know at start. */
  readonly warnings: readonly SettingWarning[];
}

/** Where the master secret comes from: given, in a file, or to be made and kept in DATA_DIR (development). */
export type SecretSource = { given: Secret<readonly string[]> } | { file: string } | { make: true };

/** All errors of the environment, a line each, naming the variable and the remedy. */
export class ConfigError extends OperatorError {
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    super(`Latchkey cannot start with these settings:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
    this.name = 'ConfigError';
    this.errors = errors;
  }
}

/**
 * Reads the environment.
 * @param others errors that the caller finds in it, which are told with the rest
 * @throws ConfigError naming every error
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  others: (values: Settings) => readonly string[] = () => [],
): { config: Config; secretSource: SecretSource } {
  const errors: string[] = [];
  const given = withSecretFiles(setNames(environment), errors);
  const parsed = settings.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) errors.push(`${issue.path.join('.')}: ${issue.message}`);
  errors.push(...misspeltErrors(Object.keys(given), Object.keys(settings.shape)));
  const each = parsed.success ? parsed.data : settings.parse(withoutInvalid(given, parsed.error));
  const warnings: SettingWarning[] = [];
  const values = inOrder(each, given, errors, warnings);
  const mode: Mode = values.NODE_ENV === 'production' ? 'production' : 'development';
  const issuer = values.ISSUER ?? `http://localhost:${values.PORT}`;
  errors.push(...issuerErrors(values.ISSUER, issuer, mode, warnings));
  if (mode === 'production') errors.push(...productionErrors(values, given));
  errors.push(
    ...trustedProxyErrors(values.TRUSTED_PROXIES, mode),
    ...egressErrors(values.EGRESS_ALLOW),
    ...adminErrors(values, mode),
    ...unknownDurabilityErrors(values.ALLOW_UNSAFE_REDIS),
    ...textWebhookErrors(values.SMS_WEBHOOK_URL, warnings),
    ...others(values),
  );
  const secretSource = secretSourceOf(values, mode, errors);
  const redisAccess = readStoreAccess(values, errors);
  const mailServer = readMailServer(values, mode, errors, warnings);
  const budget = {
    liveCodes: values.LIVE_CODES,
    lifetime: values.DEVICE_CODE_MINUTES * MINUTE,
    odds: values.CODE_GUESS_ODDS,
  };
  const limits = readLimitSettings(given, budget, errors, warnings);
  if (errors.length > 0) throw new ConfigError(errors);
  const read = { redisAccess, mailServer, changed: changedSettings(given) };
  return {
    config: Object.freeze({ ...toConfig(values, mode, issuer, warnings, limits), ...read }),
    secretSource,
  };
}

/** An empty or blank value counts as none. Some editors put a byte-order mark in front of the first name of a file. */
function setNames(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '');
  return Object.fromEntries(set.map(([name, value]) => [withoutByteOrderMark(name), value]));
}

function withoutInvalid(given: Record<string, string | undefined>, error: z.ZodError): typeof given {
  const invalid = new Set(error.issues.map((issue) => issue.path[0]));
  return Object.fromEntries(Object.entries(given).filter(([name]) => !invalid.has(name)));
}

function secretSourceOf(values: Settings, mode: Mode, errors: string[]): SecretSource {
  if (values.LATCHKEY_SECRET && values.LATCHKEY_SECRET_FILE) {
    errors.push('LATCHKEY_SECRET and LATCHKEY_SECRET_FILE: give one of them');
  }
  if (values.LATCHKEY_SECRET) return { given: new Secret(parseSecrets(values.LATCHKEY_SECRET, errors)) };
  if (values.LATCHKEY_SECRET_FILE) return { file: values.LATCHKEY_SECRET_FILE };
  if (mode === 'production') {
    errors.push(
      'LATCHKEY_SECRET or LATCHKEY_SECRET_FILE: production needs one; make it with: openssl rand -hex 32',
    );
  }
  return { make: true };
}

/** A list of secrets, separated by commas or white space; the first writes, all read. */
export function parseSecrets(text: string, errors: string[]): readonly string[] {
  const secrets = text.split(/[\s,]+/).filter(Boolean);
  if (secrets.length === 0 || secrets.some((secret) => secret.length < 32)) {
    errors.push(
      'LATCHKEY_SECRET: each secret needs at least 32 characters; make one with: openssl rand -hex 32',
    );
  }
  return secrets;
}
