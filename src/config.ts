/**
 * Every setting: its name in the environment, default, bounds. The environment is read once, here, into a
 * frozen Config and Secrets; all faults are told at once.
 */
import { z } from 'zod';
import type { Limits } from './accounts/limits.ts';
import { type ProofAges, parseProofAges } from './accounts/proof-ages.ts';
import { issuerFaults } from './issuer.ts';
import { readLimitSettings } from './limit-settings.ts';
import { Secret } from './secret.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Mode = 'development' | 'production';

const whole = (fallback: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

function proofAges(text: string, context: z.RefinementCtx): ProofAges {
  const ages = parseProofAges(text);
  if (typeof ages !== 'string') return ages;
  context.addIssue({ code: 'custom', message: ages });
  return z.NEVER;
}

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  );

const settings = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  /** The address under which owners, devices and apps reach the server; all addresses derive from it. */
  ISSUER: z.string().optional(),
  PORT: whole(3000, 0, 65_535),
  /** Address to listen on. */
  HOST: z.string().min(1).optional(),
  REDIS_URL: z.string().optional(),
  /** What all keys begin with. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w:.-]{0,40}$/, 'letters, digits, : . - _, at most 40')
    .default('lk:'),
  /** Milliseconds until the store counts as down for a request. */
  REDIS_TIMEOUT_MS: whole(1000, 50, 10_000),
  /** Faults of the store's configuration to accept, by name: see docs/operations.md. */
  ALLOW_UNSAFE_REDIS: list,
  DATA_DIR: z.string().min(1).default('data'),
  CLIENTS_FILE: z.string().optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'begins with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().min(3).max(200).optional(),
  TRUSTED_PROXIES: list,
  SIGN_UP: z.enum(['open', 'invite', 'closed']).optional(),
  LATCHKEY_SECRET: z.string().optional(),
  LATCHKEY_SECRET_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  DEVICE_CODE_MINUTES: whole(10, 1, 10),
  ACCESS_TOKEN_MINUTES: whole(10, 1, 60),
  REFRESH_IDLE_DAYS: whole(180, 1, 730),
  GRANT_DAYS: whole(730, 1, 3650),
  /** Days without activity after which a device is shown as dormant. */
  DORMANT_DAYS: whole(30, 1, 3650),
  SESSION_IDLE_MINUTES: whole(60, 5, 60 * 24 * 30),
  SESSION_HOURS: whole(24, 1, 24 * 90),
  /** How old a proof of who the owner is may be, by action. */
  PROOF_MINUTES: z.string().default('5').transform(proofAges),
  /** Device codes that may be live at once: in all, for one client, for one network. */
  LIVE_CODES: whole(10_000, 1, 10_000_000),
  LIVE_CODES_PER_CLIENT: whole(5000, 1, 10_000_000),
  LIVE_CODES_PER_NETWORK: whole(200, 1, 10_000_000),
  /** Of so many lifetimes of a user code, guessing hits a live one in one. */
  CODE_GUESS_ODDS: whole(250, 100, 1_000_000),
});

export interface Config {
  readonly mode: Mode;
  readonly issuer: string;
  readonly port: number;
  readonly host: string | undefined;
  /** `undefined`: a private Redis is run. */
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string;
  /** milliseconds, as all times below */
  readonly redisTimeout: number;
  readonly allowUnsafeRedis: readonly string[];
  readonly dataDir: string;
  readonly clientsFile: string | undefined;
  /** `undefined`: mail goes to the outbox of DATA_DIR. */
  readonly smtpUrl: Secret | undefined;
  readonly mailFrom: string;
  readonly trustedProxies: readonly string[];
  readonly signUp: 'open' | 'invite' | 'closed';
  readonly logLevel: string;
  readonly lifetimes: {
    readonly deviceCode: number;
    readonly accessToken: number;
    readonly refreshToken: number;
    readonly grant: number;
    readonly browserIdle: number;
    readonly browserAbsolute: number;
  };
  readonly dormantAfter: number;
  readonly liveCodes: { readonly all: number; readonly client: number; readonly network: number };
  readonly limits: Limits;
  readonly proofAges: ProofAges;
  /** What a careful operator would want to know at start. */
  readonly warnings: readonly string[];
}

/** Where the master secret comes from: given, in a file, or to be made and kept in DATA_DIR (development). */
export type SecretSource = { given: Secret<readonly string[]> } | { file: string } | { make: true };

/** All faults of the environment, a line each, naming the variable and the remedy. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`Latchkey cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

type Settings = z.infer<typeof settings>;

/**
 * Reads the environment.
 * @throws ConfigError naming every fault
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): {
  config: Config;
  secretSource: SecretSource;
} {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settings.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const values: Settings = parsed.success ? parsed.data : settings.parse(withoutFaulty(given, parsed.error));
  const mode: Mode = values.NODE_ENV === 'production' ? 'production' : 'development';
  const issuer = values.ISSUER ?? `http://localhost:${values.PORT}`;
  const warnings: string[] = [];
  faults.push(...issuerFaults(values.ISSUER, issuer, mode, warnings));
  if (mode === 'production') faults.push(...productionFaults(values));
  const secretSource = secretSourceOf(values, mode, faults);
  const budget = {
    liveCodes: values.LIVE_CODES,
    lifetime: values.DEVICE_CODE_MINUTES * MINUTE,
    odds: values.CODE_GUESS_ODDS,
  };
  const limits = readLimitSettings(given, budget, faults, warnings);
  if (faults.length > 0) throw new ConfigError(faults);
  return { config: Object.freeze(toConfig(values, mode, issuer, warnings, limits)), secretSource };
}

function withoutFaulty(given: Record<string, string | undefined>, error: z.ZodError): typeof given {
  const faulty = new Set(error.issues.map((issue) => issue.path[0]));
  return Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name)));
}

function productionFaults(values: Settings): string[] {
  const needed = {
    ISSUER: 'the https address under which the server is reached',
    REDIS_URL: 'the address of Redis, such as redis://user:password@host:6379',
    CLIENTS_FILE: 'a JSON array of client metadata, see clients.example.json',
    SMTP_URL: 'the mail server, such as smtps://user:password@host:465',
    MAIL_FROM: 'the sender of mails, such as Latchkey <no-reply@example.com>',
  } as const;
  return Object.entries(needed)
    .filter(([name]) => values[name as keyof typeof needed] === undefined)
    .map(([name, meaning]) => `${name}: production needs it: ${meaning}`);
}

function secretSourceOf(values: Settings, mode: Mode, faults: string[]): SecretSource {
  if (values.LATCHKEY_SECRET && values.LATCHKEY_SECRET_FILE) {
    faults.push('LATCHKEY_SECRET and LATCHKEY_SECRET_FILE: give one of them');
  }
  if (values.LATCHKEY_SECRET) return { given: new Secret(parseSecrets(values.LATCHKEY_SECRET, faults)) };
  if (values.LATCHKEY_SECRET_FILE) return { file: values.LATCHKEY_SECRET_FILE };
  if (mode === 'production') {
    faults.push(
      'LATCHKEY_SECRET or LATCHKEY_SECRET_FILE: production needs one; make it with: openssl rand -hex 32',
    );
  }
  return { make: true };
}

/** A list of secrets, separated by commas or white space; the first writes, all read. */
export function parseSecrets(text: string, faults: string[]): readonly string[] {
  const secrets = text.split(/[\s,]+/).filter(Boolean);
  if (secrets.length === 0 || secrets.some((secret) => secret.length < 32)) {
    faults.push(
      'LATCHKEY_SECRET: each secret needs at least 32 characters; make one with: openssl rand -hex 32',
    );
  }
  return secrets;
}

function toConfig(
  values: Settings,
  mode: Mode,
  issuer: string,
  warnings: readonly string[],
  limits: Limits,
): Config {
  return {
    mode,
    issuer,
    port: values.PORT,
    host: values.HOST,
    redisUrl: values.REDIS_URL,
    redisPrefix: values.REDIS_PREFIX,
    redisTimeout: values.REDIS_TIMEOUT_MS,
    allowUnsafeRedis: values.ALLOW_UNSAFE_REDIS,
    dataDir: values.DATA_DIR,
    clientsFile: values.CLIENTS_FILE,
    smtpUrl: values.SMTP_URL === undefined ? undefined : new Secret(values.SMTP_URL),
    mailFrom: values.MAIL_FROM ?? `Latchkey <no-reply@${new URL(issuer).hostname}>`,
    trustedProxies: values.TRUSTED_PROXIES,
    signUp: values.SIGN_UP ?? (mode === 'production' ? 'closed' : 'open'),
    logLevel: values.LOG_LEVEL,
    lifetimes: {
      deviceCode: values.DEVICE_CODE_MINUTES * MINUTE,
      accessToken: values.ACCESS_TOKEN_MINUTES * MINUTE,
      refreshToken: values.REFRESH_IDLE_DAYS * DAY,
      grant: values.GRANT_DAYS * DAY,
      browserIdle: values.SESSION_IDLE_MINUTES * MINUTE,
      browserAbsolute: values.SESSION_HOURS * HOUR,
    },
    dormantAfter: values.DORMANT_DAYS * DAY,
    liveCodes: {
      all: values.LIVE_CODES,
      client: values.LIVE_CODES_PER_CLIENT,
      network: values.LIVE_CODES_PER_NETWORK,
    },
    limits,
    proofAges: values.PROOF_MINUTES,
    warnings,
  };
}
