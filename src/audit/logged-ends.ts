/**
 * What a security log says has ended, for a store that was restored from an older copy. Ids stand in it as hashes; who
 * looks for them has the ids, and the same key.
 */
import type { ClientAct } from '../devices/client-state.ts';

/** What ends of an account without a name of its own, or together. */
export type EndOfAll =
  | 'everything'
  | 'password'
  | 'email'
  | 'browsers'
  | 'factors'
  | 'voice-code'
  | 'link-keys'
  | 'trusted-browsers'
  | 'role'
  | 'recovery';

const NAMED = ['device', 'browser', 'factor', 'app'] as const;
type Named = (typeof NAMED)[number];

/** What has ended of one account. */
export interface AccountEnds {
  readonly all: Set<EndOfAll>;
  /** Hashes of what has ended alone. */
  readonly named: Readonly<Record<Named, Set<string>>>;
  /** Ids of providers that sign its owner in no more. */
  readonly upstreams: Set<string>;
  /** How the operator left it. */
  status?: 'active' | 'disabled';
  /** Since when it is to be closed, milliseconds since 1970; `undefined`: its owner kept it. */
  closing?: number | undefined;
}

export interface LoggedEnds {
  /** Lines of the security log since then. */
  readonly lines: number;
  /** Of the oldest and the newest line of the whole log, milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Everybody was signed out of everything. */
  readonly everyone: boolean;
  /** Names of signing keys. */
  readonly keys: ReadonlySet<string>;
  /** In their order. */
  readonly clients: ReadonlyMap<string, readonly ClientAct[]>;
  /** Clients of which a secret was replaced. */
  readonly secrets: ReadonlySet<string>;
  /** An initial access token for registration was ended. */
  readonly registration: boolean;
  /** By the hash of the account. */
  readonly accounts: ReadonlyMap<string, AccountEnds>;
}

type Line = Readonly<Record<string, unknown>>;

/** An event, a command of the operator's tool, or an operation of the Admin API: what of the account has ended. */
const ENDS: Readonly<Record<string, readonly EndOfAll[] | Named>> = {
  'device-deregistered': 'device',
  'device-signed-off': 'device',
  'device-replayed': 'device',
  'devices deregister': 'device',
  'devices-end': 'device',
  'signed-out': 'browser',
  'browsers-end': 'browser',
  'sessions end': 'browser',
  'app-removed': 'app',
  // What it had before was more.
  'app-narrowed': 'app',
  'apps-end': 'app',
  'apps end': 'app',
  'factor-removed': 'factor',
  'factors remove': 'factor',
  'factors-remove': 'factor',
  'factors-remove-all': ['factors'],
  'recovery-done': ['factors', 'everything'],
  'signed-out-others': ['browsers'],
  'signed-out-everything': ['everything'],
  'accounts sign-out-everything': ['everything'],
  'accounts-sign-out-everything': ['everything'],
  'global-token-revocation': ['everything'],
  'accounts disable': ['everything'],
  'accounts-disable': ['everything'],
  'password-changed': ['password'],
  'password-reset': ['password'],
  'email-changed': ['email', 'password'],
  'not-me': ['password'],
  'voice-code-set': ['voice-code'],
  'voice-code-removed': ['voice-code'],
  'link-key-used': ['link-keys'],
  'link-key-ended': ['link-keys'],
  'browser-trust-ended': ['trusted-browsers'],
  'operators add': ['role'],
  'operators remove': ['role'],
  'operators-set': ['role'],
  'role-changed': ['role'],
  // Signing in ends a request to remove the second step.
  'signed-in': ['recovery'],
};

/** Where a line does not say which one: all that it may have been. */
const ALL_OF: Readonly<Record<Named, EndOfAll>> = {
  device: 'everything',
  browser: 'browsers',
  factor: 'factors',
  app: 'everything',
};

const CLIENT_ACTS: Readonly<Record<string, ClientAct>> = {
  'clients disable': 'disable',
  'clients-disable': 'disable',
  'clients enable': 'enable',
  'clients-enable': 'enable',
  'clients end': 'end',
  'clients-end-devices': 'end',
  'clients delete': 'delete',
  'clients-delete': 'delete',
  'client-removed': 'delete',
};

/** Closing it was taken back. */
const KEPT = new Set(['closing-taken-back', 'accounts keep', 'accounts-keep']);

/** Reads lines one after the other. */
export class EndsReader implements LoggedEnds {
  readonly #since: number;
  lines = 0;
  from = Number.POSITIVE_INFINITY;
  to = Number.NEGATIVE_INFINITY;
  everyone = false;
  registration = false;
  readonly keys = new Set<string>();
  readonly clients = new Map<string, ClientAct[]>();
  readonly secrets = new Set<string>();
  readonly accounts = new Map<string, AccountEnds>();

  /** @param since milliseconds since 1970 */
  constructor(since: number) {
    this.#since = since;
  }

  /** Whatever is no line of a security log is passed over. */
  read(text: string): void {
    const line = lineIn(text);
    const at = Date.parse(String(line?.['time']));
    if (line?.['msg'] !== 'security' || Number.isNaN(at)) return;
    this.from = Math.min(this.from, at);
    this.to = Math.max(this.to, at);
    if (at < this.#since) return;
    this.lines += 1;
    const what = whatIn(line);
    this.#installation(what, line);
    this.#client(what, line);
    const { account } = line;
    if (typeof account === 'string') this.#account(this.#of(account), what, { line, at });
  }

  #installation(what: string, { key, target }: Line): void {
    this.everyone ||= what === 'accounts sign-out-everyone' || target === 'sign-out-everyone';
    this.registration ||= what === 'registration end' || what === 'initial-tokens-end';
    if (what === 'signing-key-ended' && typeof key === 'string') this.keys.add(key);
  }

  /** Of a call of the Admin API `client` is who called, and `target` to whom it was done. */
  #client(what: string, { event, client, target }: Line): void {
    const id = event === 'admin-called' ? target : client;
    if (typeof id !== 'string') return;
    const act = CLIENT_ACTS[what];
    if (act) this.clients.set(id, [...(this.clients.get(id) ?? []), act]);
    if (what === 'clients rotate-secret' || what === 'clients-rotate-secret') this.secrets.add(id);
  }

  #of(account: string): AccountEnds {
    const named = { device: new Set<string>(), browser: new Set<string>(), factor: new Set<string>() };
    const kept = this.accounts.get(account) ?? {
      all: new Set(),
      named: { ...named, app: new Set() },
      upstreams: new Set(),
    };
    this.accounts.set(account, kept);
    return kept;
  }

  #account(ends: AccountEnds, what: string, { line, at }: { line: Line; at: number }): void {
    if (what === 'accounts disable' || what === 'accounts-disable') ends.status = 'disabled';
    if (what === 'accounts enable' || what === 'accounts-enable') ends.status = 'active';
    if (what === 'accounts close' || what === 'accounts-close' || what === 'closing-asked') ends.closing = at;
    if (line['outcome'] === 'done-at-once' || line['target'] === 'at-once') ends.status = 'disabled';
    if (KEPT.has(what)) ends.closing = undefined;
    if (what === 'upstream-unlinked') ends.upstreams.add(String(line['reason']));
    const end = ENDS[what];
    if (typeof end !== 'string') {
      for (const one of end ?? []) ends.all.add(one);
      return;
    }
    const hash = line[end];
    if (typeof hash === 'string') ends.named[end].add(hash);
    else ends.all.add(ALL_OF[end]);
  }
}

function whatIn({ event, command, reason, outcome }: Line): string {
  if (event === 'operator-acted') return outcome === 'unchanged' ? '' : String(command);
  return String(event === 'admin-called' ? reason : event);
}

function lineIn(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
