/** Every setting: its name in the environment, default, bounds. */
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { MAX_BROWSERS, MAX_DEVICES } from '../limits/list-bounds.ts';
import { TextCountries } from '../limits/text-countries.ts';
import { parseMailAddress } from './mail-server.ts';
import { type ProofAges, parseProofAges } from './proof-ages.ts';
import { parseStoreAddress } from './store-address.ts';

const whole = (fallback: number, least: number, most: number) => {
  const bounds = `write a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\s*\d{1,15}\s*$/, bounds)
    .transform(Number)
    .pipe(z.number().int().min(least, bounds).max(most, bounds))
    .default(fallback);
};

const oneOf = <const Choice extends string>(...choices: Choice[]) =>
  z.enum(choices, `write one of ${choices.join(', ')}`);

function proofAges(text: string, context: z.RefinementCtx): ProofAges {
  const ages = parseProofAges(text);
  if (typeof ages !== 'string') return ages;
  context.addIssue({ code: 'custom', message: ages });
  return z.NEVER;
}

function textCountries(text: string, context: z.RefinementCtx): TextCountries {
  const countries = TextCountries.parse(text);
  if (typeof countries !== 'string') return countries;
  context.addIssue({ code: 'custom', message: countries });
  return z.NEVER;
}

function storeAddress(text: string, context: z.RefinementCtx): void {
  const address = parseStoreAddress(text);
  if (typeof address === 'string') context.addIssue({ code: 'custom', message: address });
}

function mailAddress(text: string, context: z.RefinementCtx): void {
  const address = parseMailAddress(text);
  if (typeof address === 'string') context.addIssue({ code: 'custom', message: address });
}

const WORKERS = 'write a whole number from 1 to 256, or auto';

/** `auto`: one for each core that this process may use. */
const workers = z
  .string()
  .regex(/^\s*(\d{1,15}|auto)\s*$/, WORKERS)
  .transform((text) => (text.trim() === 'auto' ? Math.min(availableParallelism(), 256) : Number(text)))
  .pipe(z.number().int().min(1, WORKERS).max(256, WORKERS))
  .default(1);

const list = z.string().default('').transform(entries);

function entries(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

/** A shorter word would be found in too much, and one that long is none. */
const operatorWords = list.refine(
  (words) => words.length <= 100 && words.every((word) => [...word].length >= 3 && [...word].length <= 50),
  'at most 100 words, separated by commas, of 3 to 50 characters',
);

const document = z
  .string()
  .max(500, 'is longer than 500 characters')
  .regex(/^https:\/\/[^/\s]\S*$/, 'begins with https://')
  .refine((text) => !text.startsWith('https://') || URL.canParse(text), 'is no address');

export const settings = z.object({
  NODE_ENV: oneOf('development', 'production', 'test').default('development'),
  /** The address under which owners, devices and apps reach the server; all addresses derive from it. */
  ISSUER: z.string().optional(),
  PORT: whole(3000, 0, 65_535),
  /** Address to listen on. */
  HOST: z
    .string()
    .refine(
      (text) => isIP(text) > 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text),
      'is no address to listen on: such as 127.0.0.1, :: or a name, without a scheme and a port',
    )
    .optional(),
  /** Processes that serve, on one port; `auto`: as many as there are cores. With 1 the process itself serves. */
  WORKERS: workers,
  /** Connections that are held at once; a new one beyond them is closed. */
  MAX_CONNECTIONS: whole(10_000, 10, 1_000_000),
  REDIS_URL: z.string().superRefine(storeAddress).optional(),
  /** A file with the same, as of each setting that holds a secret. */
  REDIS_URL_FILE: z.string().optional(),
  /** A file of certificates in PEM: the authorities that Redis is believed by, in place of the system's. */
  REDIS_CA_FILE: z.string().optional(),
  /** Files in PEM: the certificate that is shown to Redis, with the key of the next. */
  REDIS_CERT_FILE: z.string().optional(),
  REDIS_KEY_FILE: z.string().optional(),
  /** How the Sentinels are signed in to, where they ask for it. */
  REDIS_SENTINEL_USER: z.string().optional(),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
  REDIS_SENTINEL_PASSWORD_FILE: z.string().optional(),
  /** What all keys begin with. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w:.-]{0,40}$/, 'letters, digits, : . - _, at most 40')
    .default('lk:'),
  /** Milliseconds until the store counts as down for a request. */
  REDIS_TIMEOUT_MS: whole(1000, 50, 10_000),
  /** Replicas that must have a change before it is acknowledged; 0: the master's word is enough. */
  REDIS_REPLICAS: whole(0, 0, 10),
  /** Seconds that a start waits for a store that does not serve yet. */
  REDIS_WAIT_SECONDS: whole(60, 0, 3600),
  /** Errors of the store's configuration to accept, by name: see docs/operations.md. */
  ALLOW_UNSAFE_REDIS: list,
  DATA_DIR: z.string().min(1).default('data'),
  CLIENTS_FILE: z.string().optional(),
  /** Seconds between looks whether the clients file has changed: 0 (only on SIGHUP), or 5 at least. */
  CLIENTS_RELOAD_SECONDS: whole(0, 0, 3600).refine(
    (seconds) => seconds === 0 || seconds >= 5,
    '0 (only on SIGHUP), or 5 to 3600',
  ),
  /** APIs for which clients may ask for tokens (RFC 8707). */
  RESOURCES_FILE: z.string().optional(),
  /** `api`: programs of the operator's may call `/admin/v1`; `console`: operators have pages under `/admin`; `off`: there is nothing. */
  ADMIN: oneOf('off', 'api', 'console', 'all').default('off'),
  /** Addresses and ranges that the Admin API and the console are used from; production with ADMIN needs them. */
  ADMIN_NETWORKS: list,
  /** `on`: clients that are given it hear of security events (OpenID Shared Signals). */
  SHARED_SIGNALS: oneOf('off', 'on').default('off'),
  /** Receivers that are told what happens to accounts and devices. */
  WEBHOOKS_FILE: z.string().optional(),
  /** Other OpenID providers by which owners may sign in. */
  UPSTREAM_FILE: z.string().optional(),
  /** The folder with brand.json and its pictures: the name, colours and logo that owners see. */
  BRAND_DIR: z.string().min(1).optional(),
  /** Where the operator says what is done with personal data. */
  PRIVACY_URL: document.optional(),
  /** Where the operator says on which terms the service is used. */
  TERMS_URL: document.optional(),
  /** The languages of pages and mails, the first of which is spoken to those of whom no wish is known. */
  LANGUAGES: z.string().min(1).default('en,de,es').transform(entries),
  /** In place of the first of LANGUAGES. */
  DEFAULT_LANGUAGE: z.string().min(1).optional(),
  SMTP_URL: z.string().superRefine(mailAddress).optional(),
  SMTP_URL_FILE: z.string().optional(),
  /** `none`: mails, codes in them and the password pass to the mail server in the clear. */
  SMTP_TLS: oneOf('required', 'none').optional(),
  /** A file of certificates in PEM: the authorities that the mail server is believed by, in place of the system's. */
  SMTP_CA_FILE: z.string().optional(),
  MAIL_FROM: z
    .string()
    .max(200, 'is longer than 200 characters')
    .regex(
      /^([^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/,
      'lacks an address, such as Latchkey <no-reply@example.com>',
    )
    .optional(),
  SMS_WEBHOOK_URL: z
    .string()
    .regex(/^https?:\/\/[^/]/, 'begins with https:// or http://')
    // No request can be made to such an address.
    .regex(/^https?:\/\/[^/@]*(\/|\?|$)/, 'holds no user and password: put a token into the path or query')
    .optional(),
  SMS_WEBHOOK_URL_FILE: z.string().optional(),
  /** Calling codes to which texts may go, or `all`. */
  SMS_COUNTRIES: z.string().transform(textCountries).optional(),
  /** Ranges that apps may have their addresses in which the server calls, although they are not public. */
  EGRESS_ALLOW: list,
  /** Countries of addresses, in the MaxMind DB format. */
  GEOIP_FILE: z.string().optional(),
  /** Addresses and ranges of the proxies in front, or `none`; production needs one of the two. */
  TRUSTED_PROXIES: list,
  SIGN_UP: oneOf('open', 'invite', 'closed').optional(),
  /** Whether owners sign in by a password of theirs, beside the providers of UPSTREAM_FILE. */
  PASSWORD_SIGN_IN: oneOf('open', 'off').default('open'),
  /** Names of the operator's company and products, which passwords must not be made of. */
  PASSWORD_WORDS: operatorWords,
  /** An owner who has no second step sets one up before anything else. */
  REQUIRE_TWO_STEP: oneOf('true', 'false').default('false'),
  LATCHKEY_SECRET: z.string().optional(),
  LATCHKEY_SECRET_FILE: z.string().optional(),
  /** The client that reads /metrics gives it as a bearer token; production has no such page without it. */
  METRICS_TOKEN: z.string().min(16, 'needs at least 16 characters').optional(),
  METRICS_TOKEN_FILE: z.string().optional(),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'silent').default('info'),
  /** Days after which a signing key is replaced: 0 (never by itself), or 7 at least. */
  KEY_DAYS: whole(90, 0, 3650).refine((days) => days === 0 || days >= 7, '0 (never), or 7 to 3650'),
  /** Hours for which a new signing key is published before it signs: as long as apps keep the key set. */
  KEY_PUBLISHED_HOURS: whole(24, 1, 168),
  DEVICE_CODE_MINUTES: whole(10, 1, 10),
  ACCESS_TOKEN_MINUTES: whole(10, 1, 60),
  REFRESH_IDLE_DAYS: whole(180, 1, 730),
  GRANT_DAYS: whole(730, 1, 3650),
  /** Days without activity after which a device is shown as dormant. */
  DORMANT_DAYS: whole(30, 1, 3650),
  SESSION_IDLE_MINUTES: whole(60, 5, 60 * 24 * 30),
  SESSION_HOURS: whole(24, 1, 24 * 90),
  /** Browsers that may be signed in to one account at once; of more the one that was unused longest leaves. */
  BROWSERS_PER_ACCOUNT: whole(MAX_BROWSERS, 2, 1000),
  /** Devices that may be linked to one account at once; another one is not linked until one of them is removed. */
  DEVICES_PER_ACCOUNT: whole(MAX_DEVICES, 1, 5000),
  /** Hours that the removal of a lost second step waits, so that its owner hears of it and can object. */
  RECOVERY_HOURS: whole(72, 24, 24 * 30),
  /** How old a proof of who the owner is may be, by action. */
  PROOF_MINUTES: z.string().default('5').transform(proofAges),
  /** Voice codes that one device, and one account, may try within a minute. */
  VOICE_CODE_TRIES_DEVICE: whole(5, 1, 60),
  VOICE_CODE_TRIES_ACCOUNT: whole(10, 1, 600),
  /** Wrong voice codes in a row that lock it. */
  VOICE_CODE_WRONG: whole(5, 1, 20),
  /** Device codes that may be live at once: in all, for one client, for one network. */
  LIVE_CODES: whole(10_000, 1, 10_000_000),
  LIVE_CODES_PER_CLIENT: whole(5000, 1, 10_000_000),
  LIVE_CODES_PER_NETWORK: whole(200, 1, 10_000_000),
  /** Device codes that one network may ask for within a minute. */
  CODES_PER_MINUTE: whole(40, 1, 10_000_000),
  /** Accounts that approve codes of one network, from elsewhere, within an hour: before the next takes a fresh proof. */
  APPROVALS_BEFORE_PROOF: whole(5, 1, 1_000_000),
  /** The same, before the next is refused. */
  APPROVALS_BEFORE_REFUSAL: whole(50, 2, 1_000_000),
  /** Sign-ins of apps that may wait for visitors at once, in pieces of 1 KiB: in all, for one network. */
  WAITING_SIGN_INS: whole(20_000, 1, 10_000_000),
  WAITING_SIGN_INS_PER_NETWORK: whole(400, 1, 10_000_000),
  /** Who may register a client by a program: no one, those with a token of the operator's, or anyone (RFC 7591). */
  REGISTRATION: oneOf('closed', 'token', 'open').default('closed'),
  /** Clients that registered themselves: in all, and by one network within a day without a token. */
  REGISTERED_CLIENTS: whole(1000, 1, 100_000),
  REGISTERED_CLIENTS_PER_NETWORK: whole(20, 1, 100_000),
  /** Of so many lifetimes of a user code, guessing hits a live one in one. */
  CODE_GUESS_ODDS: whole(250, 100, 1_000_000),
});

export type Settings = z.infer<typeof settings>;
