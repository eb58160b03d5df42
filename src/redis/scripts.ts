/**
 * The Lua scripts, each an all-or-nothing change of one slot, by name.
 *
 * A script that changes state takes an operation id as its first argument and remembers it beside the
 * change, so that a command which is sent again after a lost reply returns the first result instead of
 * happening twice. The preludes stand before each of them.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../errors/store-unavailable.ts';
import { uniqueNames } from '../runtime/unique-ids.ts';
import type { RedisConnection } from './connection.ts';
import { isConnectionLoss, isStoreError, isUnknownScript, refusesChanges } from './store-errors.ts';

/** Script name → number of keys. */
export const SCRIPTS = {
  createDeviceCode: 1,
  claimUserCode: 1,
  claimEmail: 1,
  releaseEmail: 1,
  readDeviceCode: 1,
  pollDeviceCode: 1,
  decideDeviceCode: 1,
  consumeDeviceCode: 1,
  reserveLiveCode: 4,
  reserveSignIn: 2,
  writeGrant: 3,
  activateGrant: 3,
  authorizeAndTouch: 3,
  readAuthority: 3,
  addRefreshToken: 2,
  raiseGeneration: 2,
  endGrant: 3,
  listDevices: 2,
  listDevicePage: 2,
  describeDevice: 4,
  writeProfile: 3,
  removeProfile: 4,
  writeRecord: 1,
  consumeRecord: 1,
  createAccount: 1,
  updateAccount: 2,
  insertSession: 6,
  addFactor: 4,
  renameFactor: 2,
  removeFactor: 5,
  useFactor: 3,
  setVoiceCode: 3,
  removeVoiceCode: 4,
  unlockVoiceCode: 3,
  tryVoiceCode: 5,
  removeFactors: 4,
  askRecovery: 3,
  remindRecovery: 2,
  finishRecovery: 9,
  trustBrowser: 4,
  endTrust: 3,
  changePassword: 8,
  updateSession: 2,
  resumeSession: 2,
  endSession: 3,
  endOtherSessions: 4,
  listSessions: 2,
  signOutEverything: 8,
  takeBack: 10,
  dropRecovery: 2,
  endWaiting: 2,
  recordEnteredCode: 1,
  changeStatus: 8,
  countApproval: 1,
  readApprovers: 1,
  askToClose: 2,
  keepAccount: 2,
  closeAccount: 1,
  eraseAccount: 12,
  recordEvent: 1,
  announceChange: 1,
  settlePending: 1,
  readPendingEvents: 2,
  markDelivered: 1,
  readUnmailed: 2,
  beginMail: 1,
  mailedUpTo: 1,
  oweMail: 4,
  takeTurn: 5,
  keepTurn: 4,
  endTurn: 4,
  failTurn: 4,
  readConsents: 3,
  writeConsent: 4,
  beginAppGrant: 5,
  endConsent: 4,
  countAttempt: 1,
  returnAttempt: 1,
  countShare: 1,
  returnShare: 1,
  writeCode: 1,
  spendTry: 1,
} as const satisfies Record<string, number>;

/** Milliseconds before each new try: a connection that has just broken may still pass for one that is ready. */
const RETRY_PAUSES = [1, 10, 50];

/** Finding out whether the store takes changes: its refusal is the answer, and no news. */
export const PROBING = 'trying the store';

const PRELUDES = [
  'prelude',
  'preludeEnded',
  'preludeRoom',
  'preludeEntries',
  'preludeEvents',
  'preludeEpoch',
  'preludeFactors',
  'preludeRecovery',
  'preludeOwed',
];

export type ScriptName = keyof typeof SCRIPTS;
/** What reads does not write: Redis runs a script of such a name as one that may not (EVALSHA_RO). */
export type ReaderName = Extract<ScriptName, `read${string}` | `list${string}` | `find${string}`>;
export type ChangeName = Exclude<ScriptName, ReaderName>;
export type ScriptReply = string | number | null | ScriptReply[];

export type OnCommand = (seconds: number, outcome: 'ok' | 'failed') => void;

export interface Script {
  text: string;
  /** SHA-1 of the text, by which a store knows a script that it has run before. */
  digest: string;
}

/** The two ways to have a script run. */
interface Evaluation {
  byDigest(): Promise<unknown>;
  byText(): Promise<unknown>;
}

export class Scripts {
  readonly #redis: RedisConnection['redis'];
  readonly #whenReady: () => Promise<void>;
  readonly #onCommand: OnCommand | undefined;
  readonly #nextOperation = uniqueNames();
  readonly #scripts = allScripts();
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** @param onCommand hears how long each command took */
  constructor({ redis, whenReady }: RedisConnection, onCommand?: OnCommand) {
    this.#redis = redis;
    this.#whenReady = whenReady;
    this.#onCommand = onCommand;
  }

  /**
   * Runs a script that only reads; the store refuses it every write.
   * @throws StoreUnavailable
   */
  async read(name: ReaderName, keys: string[], args: (string | number)[]): Promise<ScriptReply> {
    const { text, digest } = this.#scripts[name];
    const values = [SCRIPTS[name], ...keys, ...args] as const;
    return this.#run(name, {
      byDigest: () => this.#redis.evalsha_ro(digest, ...values),
      byText: () => this.#redis.eval_ro(text, ...values),
    });
  }

  /**
   * Runs a script that changes state, once whatever becomes of the reply.
   * @throws StoreUnavailable when it may or may not have happened
   */
  async change(name: ChangeName, keys: string[], args: (string | number)[]): Promise<ScriptReply> {
    const { text, digest } = this.#scripts[name];
    const values = [SCRIPTS[name], ...keys, this.#nextOperation(), ...args] as const;
    return this.#run(name, {
      byDigest: () => this.#redis.evalsha(digest, ...values),
      byText: () => this.#redis.eval(text, ...values),
    });
  }

  /**
   * Sends commands that may be sent twice without harm: reads, and writes of a whole value.
   * @throws StoreUnavailable
   */
  async plain<T>(operation: string, send: (redis: RedisConnection['redis']) => Promise<T>): Promise<T> {
    return this.#attempt(operation, () => send(this.#redis));
  }

  /** Whether the store refused a change within so many milliseconds, in whatever slot. */
  refusedWithin(milliseconds: number): boolean {
    return performance.now() - this.#refusedAt < milliseconds;
  }

  /** A store that does not know the script has not run it, and gets its text. */
  async #run(name: ScriptName, { byDigest, byText }: Evaluation): Promise<ScriptReply> {
    return this.#attempt(name, async () => {
      try {
        return (await byDigest()) as ScriptReply;
      } catch (error) {
        if (!isUnknownScript(error)) throw error;
        return (await byText()) as ScriptReply;
      }
    });
  }

  async #attempt<T>(operation: string, send: () => Promise<T>): Promise<T> {
    if (!this.#onCommand) return this.#persist(operation, send);
    const began = performance.now();
    let outcome: 'ok' | 'failed' = 'failed';
    try {
      const reply = await this.#persist(operation, send);
      outcome = 'ok';
      return reply;
    } finally {
      this.#onCommand((performance.now() - began) / 1000, outcome);
    }
  }

  async #persist<T>(operation: string, send: () => Promise<T>): Promise<T> {
    for (const pause of RETRY_PAUSES) {
      try {
        return await send();
      } catch (error) {
        if (!isConnectionLoss(error)) throw this.#storeError(operation, error);
      }
      await sleep(pause);
      await this.#whenReady();
    }
    try {
      return await send();
    } catch (error) {
      throw this.#storeError(operation, error);
    }
  }

  #storeError(operation: string, error: unknown): unknown {
    if (operation !== PROBING && refusesChanges(error)) this.#refusedAt = performance.now();
    return isStoreError(error) ? new StoreUnavailable(operation, error) : error;
  }
}

/** Every script by its name, each with the preludes in front of it. */
export function allScripts(): Readonly<Record<ScriptName, Script>> {
  const prelude = PRELUDES.map(source).join('\n');
  const named = Object.keys(SCRIPTS).map((name): [string, Script] => {
    const text = `${prelude}\n${source(name)}`;
    return [name, { text, digest: hash('sha1', text) }];
  });
  return Object.fromEntries(named) as Record<ScriptName, Script>;
}

function source(name: string): string {
  return readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8');
}
