import { parseArgs } from 'node:util';
import { isAllowedTransport } from './transport.ts';

/** What the command line asks of the demonstration device. Times are seconds. */
export interface DeviceOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Whether the maker's app sets the device up, which is played too. */
  readonly companion: boolean;
  /** The file that holds a key of its owner, which links it. */
  readonly keyFile?: string;
  readonly scope: string;
  /** The device's words about itself: name, type, model. */
  readonly words: DeviceWords;
  readonly json: boolean;
  readonly once: boolean;
  readonly refreshEvery?: number;
  readonly requestTimeout: number;
  readonly signOutOnExit: boolean;
  readonly insecure: boolean;
}

interface DeviceWords {
  readonly device_name: string;
  readonly device_type: string;
  readonly device_model?: string;
}

type ParsedOptions =
  | { readonly outcome: 'run'; readonly options: DeviceOptions }
  | { readonly outcome: 'help' }
  | { readonly outcome: 'usage'; readonly message: string };

const FLAGS = {
  issuer: { type: 'string', default: 'http://localhost:3000' },
  client: { type: 'string' },
  companion: { type: 'boolean', default: false },
  key: { type: 'string' },
  scope: { type: 'string' },
  name: { type: 'string' },
  type: { type: 'string' },
  model: { type: 'string' },
  json: { type: 'boolean', default: false },
  once: { type: 'boolean', default: false },
  'refresh-every': { type: 'string' },
  timeout: { type: 'string', default: '10' },
  'sign-out-on-exit': { type: 'boolean', default: false },
  insecure: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What it is unless told otherwise: clients of `clients.example.json`. */
const SCOPE = 'openid profile email offline_access';
const TERMINAL = { client: 'demo-device', name: 'Demonstration device', type: 'terminal', scope: SCOPE };
const SPEAKER = { client: 'demo-speaker', name: 'Demonstration speaker', type: 'speaker', scope: SCOPE };
/** No more than a key is for that its owner leaves as it is. */
const SERVER = {
  client: 'demo-server',
  name: 'Demonstration server',
  type: 'computer',
  scope: 'openid profile offline_access',
};

/** Reads the arguments after the command's name. An error is an outcome that says what to change, never a throw. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const values = readFlags(args);
  if (typeof values === 'string') return { outcome: 'usage', message: values };
  if (values.help) return { outcome: 'help' };
  const refreshEvery = values['refresh-every'] === undefined ? undefined : seconds(values['refresh-every']);
  const requestTimeout = seconds(values.timeout);
  const error =
    issuerError(values.issuer, values.insecure) ??
    (values.client === '' ? '--client must not be empty.' : undefined) ??
    (values.key === '' ? '--key must name a file.' : undefined) ??
    (values.companion && values.key !== undefined
      ? '--companion and --key are two ways to be linked: choose one.'
      : undefined) ??
    (Number.isNaN(refreshEvery)
      ? '--refresh-every takes a number of seconds, from 1 to 86400.'
      : undefined) ??
    (Number.isNaN(requestTimeout) ? '--timeout takes a number of seconds, from 1 to 86400.' : undefined);
  if (error !== undefined) return { outcome: 'usage', message: error };
  const standard = values.companion ? SPEAKER : values.key === undefined ? TERMINAL : SERVER;
  return {
    outcome: 'run',
    options: {
      issuer: withoutRootSlash(values.issuer),
      clientId: values.client ?? standard.client,
      companion: values.companion,
      ...(values.key === undefined ? {} : { keyFile: values.key }),
      scope: values.scope ?? standard.scope,
      words: {
        device_name: values.name ?? standard.name,
        device_type: values.type ?? standard.type,
        ...(values.model === undefined ? {} : { device_model: values.model }),
      },
      json: values.json,
      once: values.once,
      ...(refreshEvery === undefined ? {} : { refreshEvery }),
      requestTimeout,
      signOutOnExit: values['sign-out-on-exit'],
      insecure: values.insecure,
    },
  };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A number of seconds, or NaN. A day is the most: longer timers overflow, and no device needs them. */
function seconds(text: string): number {
  const value = Number(text);
  return text.trim() !== '' && value >= 1 && value <= 86_400 ? value : Number.NaN;
}

function issuerError(issuer: string, insecure: boolean): string | undefined {
  if (!URL.canParse(issuer))
    return `--issuer must be an address such as https://id.example.org, not "${issuer}".`;
  const { protocol, search, hash, username } = new URL(issuer);
  if (protocol !== 'https:' && protocol !== 'http:') return '--issuer must start with https:// or http://.';
  if (search !== '' || hash !== '' || username !== '') {
    return '--issuer must have no query, fragment or user name.';
  }
  if (isAllowedTransport(issuer, insecure)) return undefined;
  return (
    'Plain http is refused outside this computer and private addresses: anybody on the way could take the key. ' +
    'Use https, or --insecure if you know the network.'
  );
}

/** `http://host/` and `http://host` are one address to a browser, but the issuer is compared as text. */
function withoutRootSlash(issuer: string): string {
  return new URL(issuer).pathname === '/' ? issuer.replace(/\/$/, '') : issuer;
}
