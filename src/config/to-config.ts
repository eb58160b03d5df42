import type { Limits } from '../limits/limits.ts';
import { TextCountries } from '../limits/text-countries.ts';
import { adminSettings } from './admin-settings.ts';
import type { Config, Mode } from './config.ts';
import { egressSettings } from './egress-settings.ts';
import { keyTimes } from './key-times.ts';
import { Secret } from './secret.ts';
import type { SettingWarning } from './setting-warnings.ts';
import type { Settings } from './settings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type FromSettings = Omit<Config, 'redisAccess' | 'mailServer' | 'changed'>;

/** What the settings mean to the parts of the server: milliseconds, and secrets that no log shows. */
export function toConfig(
  values: Settings,
  mode: Mode,
  issuer: string,
  warnings: readonly SettingWarning[],
  limits: Limits,
): FromSettings {
  return {
    mode,
    issuer,
    ...ofProcess(values),
    ...ofStore(values),
    ...ofFiles(values),
    ...ofPagesAndMail(values),
    ...ofSigningIn(values, mode),
    ...ofClients(values),
    egress: egressSettings(values.EGRESS_ALLOW, mode),
    lifetimes: {
      deviceCode: values.DEVICE_CODE_MINUTES * MINUTE,
      accessToken: values.ACCESS_TOKEN_MINUTES * MINUTE,
      refreshToken: values.REFRESH_IDLE_DAYS * DAY,
      grant: values.GRANT_DAYS * DAY,
      browserIdle: values.SESSION_IDLE_MINUTES * MINUTE,
      browserAbsolute: values.SESSION_HOURS * HOUR,
    },
    signingKeys: keyTimes(values),
    limits,
    voiceCode: {
      device: values.VOICE_CODE_TRIES_DEVICE,
      account: values.VOICE_CODE_TRIES_ACCOUNT,
      window: MINUTE,
      wrong: values.VOICE_CODE_WRONG,
    },
    warnings,
  };
}

function ofProcess(values: Settings) {
  return {
    port: values.PORT,
    host: values.HOST,
    workers: values.WORKERS,
    maxConnections: values.MAX_CONNECTIONS,
    trustedProxies: values.TRUSTED_PROXIES,
    logLevel: values.LOG_LEVEL,
    metricsToken: secretOf(values.METRICS_TOKEN),
    admin: adminSettings(values),
    sharedSignals: values.SHARED_SIGNALS === 'on',
  } satisfies Partial<FromSettings>;
}

function ofStore(values: Settings) {
  return {
    redisUrl: values.REDIS_URL,
    redisPrefix: values.REDIS_PREFIX,
    redisTimeout: values.REDIS_TIMEOUT_MS,
    redisReplicas: values.REDIS_REPLICAS,
    redisWait: values.REDIS_WAIT_SECONDS * 1000,
    allowUnsafeRedis: values.ALLOW_UNSAFE_REDIS,
  } satisfies Partial<FromSettings>;
}

function ofFiles(values: Settings) {
  return {
    dataDir: values.DATA_DIR,
    clientsFile: values.CLIENTS_FILE,
    clientsReload: values.CLIENTS_RELOAD_SECONDS * 1000,
    resourcesFile: values.RESOURCES_FILE,
    webhooksFile: values.WEBHOOKS_FILE,
    upstreamFile: values.UPSTREAM_FILE,
    brandDir: values.BRAND_DIR,
    geoipFile: values.GEOIP_FILE,
  } satisfies Partial<FromSettings>;
}

function ofPagesAndMail(values: Settings) {
  return {
    languages: values.LANGUAGES,
    defaultLanguage: values.DEFAULT_LANGUAGE,
    documents: { privacy: values.PRIVACY_URL, terms: values.TERMS_URL },
    smsWebhookUrl: secretOf(values.SMS_WEBHOOK_URL),
    smsCountries: values.SMS_COUNTRIES ?? TextCountries.all,
    mailFrom: values.MAIL_FROM,
  } satisfies Partial<FromSettings>;
}

function ofSigningIn(values: Settings, mode: Mode) {
  return {
    signUp: values.SIGN_UP ?? (mode === 'production' ? 'closed' : 'open'),
    passwordSignIn: values.PASSWORD_SIGN_IN,
    passwordWords: values.PASSWORD_WORDS,
    requireTwoStep: values.REQUIRE_TWO_STEP === 'true',
    proofAges: values.PROOF_MINUTES,
    recoveryWait: values.RECOVERY_HOURS * HOUR,
    maxBrowsers: values.BROWSERS_PER_ACCOUNT,
  } satisfies Partial<FromSettings>;
}

/** Of devices and apps: how many there may be, and what they may ask for. */
function ofClients(values: Settings) {
  return {
    maxDevices: values.DEVICES_PER_ACCOUNT,
    dormantAfter: values.DORMANT_DAYS * DAY,
    waitingSignIns: { all: values.WAITING_SIGN_INS, network: values.WAITING_SIGN_INS_PER_NETWORK },
    registration: {
      mode: values.REGISTRATION,
      all: values.REGISTERED_CLIENTS,
      network: values.REGISTERED_CLIENTS_PER_NETWORK,
    },
    liveCodes: {
      all: values.LIVE_CODES,
      client: values.LIVE_CODES_PER_CLIENT,
      network: values.LIVE_CODES_PER_NETWORK,
      burst: values.CODES_PER_MINUTE,
    },
    approvals: { proof: values.APPROVALS_BEFORE_PROOF, refusal: values.APPROVALS_BEFORE_REFUSAL },
  } satisfies Partial<FromSettings>;
}

const secretOf = (value: string | undefined) => (value === undefined ? undefined : new Secret(value));
