import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, parseOptions } from '@node-rs/argon2';
import { type HashingCaller, HashingQueue } from './hashing-queue.ts';
import { HashingThreads } from './hashing-threads.ts';

/** What a hash costs: memory in KiB, passes over it, threads. */
export interface HashingCost {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** OWASP Password Storage Cheat Sheet, argon2id. */
export const COST: HashingCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** More is not hashed at all: ASVS 6.2.9 asks for 64 characters, a flood must not pay for megabytes. */
const MAX_BYTES = 4096;

interface PasswordSettings {
  cost?: HashingCost;
  /** Hashes at once; more wait. */
  atOnce?: number;
  /** Cores that there are for this process: decides how many hashes at once, where that is not said. */
  cores?: number;
  /** Of known browsers, and as many of unknown ones. */
  mostWaiting?: number;
}

/**
 * Passwords as argon2id with a pepper: a secret of the installation, kept elsewhere than the hashes, without
 * which they cannot be tried. It is not rotated with the master secret, since no hash could be verified then.
 */
export class Passwords {
  readonly #pepper: Uint8Array;
  readonly #cost: HashingCost;
  readonly #queue: HashingQueue;
  readonly #threads: HashingThreads;
  /** Verified where there is no account, so that the answer takes as long (ASVS 6.3.8). */
  readonly #nobodys: string;

  private constructor(pepper: Buffer, settings: PasswordSettings, nobodys: string) {
    const atOnce = settings.atOnce ?? hashesAtOnce(settings.cores ?? availableParallelism());
    this.#pepper = Uint8Array.from(pepper);
    this.#cost = settings.cost ?? COST;
    this.#queue = new HashingQueue(atOnce, settings.mostWaiting ?? 100);
    this.#threads = new HashingThreads(atOnce);
    this.#nobodys = nobodys;
  }

  /** @param pepper at least 16 bytes */
  static async create(pepper: Buffer, settings: PasswordSettings = {}): Promise<Passwords> {
    if (pepper.length < 16) throw new TypeError('the pepper needs at least 16 bytes');
    const options = { ...(settings.cost ?? COST), secret: pepper };
    return new Passwords(pepper, settings, await hash(randomBytes(32), options));
  }

  /**
   * In PHC form, with a salt of its own.
   * @throws Busy
   */
  async hash(password: string, caller: HashingCaller): Promise<string> {
    const bytes = bytesOf(password);
    if (bytes.length > MAX_BYTES) throw new RangeError('the password was not checked for its length');
    return this.#queue.run(caller, (manner) =>
      this.#threads.hash(manner, bytes, { ...this.#cost, secret: this.#pepper }),
    );
  }

  /**
   * Of something that was made at random, under the salt of its own set: argon2id and the pepper again, but one
   * digest tells at once which of a set it is.
   * @throws Busy
   */
  async digest(secret: string, salt: string, caller: HashingCaller): Promise<string> {
    const options = { ...this.#cost, secret: this.#pepper, salt: bytesIn(salt) };
    const digest = await this.#queue.run(caller, (manner) => this.#threads.hashRaw(manner, secret, options));
    return Buffer.from(digest).subarray(0, 24).toString('base64url');
  }

  /**
   * Whether the password is the one behind the hash; takes as long without a hash (`undefined`: no account).
   * @throws Busy
   */
  async verify(passwordHash: string | undefined, password: string, caller: HashingCaller): Promise<boolean> {
    const bytes = bytesOf(password);
    const tooLong = bytes.length > MAX_BYTES;
    const tried = tooLong ? bytes.subarray(0, MAX_BYTES) : bytes;
    const right = await this.#queue.run(caller, (manner) =>
      this.#threads.verify(manner, passwordHash ?? this.#nobodys, tried, { secret: this.#pepper }),
    );
    return right && passwordHash !== undefined && !tooLong;
  }

  /**
   * Other work that keeps a processor busy waits in the same line as hashes.
   * @throws Busy
   */
  inTurn<T>(caller: HashingCaller, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(caller, () => work());
  }

  /** Whether the hash was made at another cost than today's. */
  needsRehash(passwordHash: string): boolean {
    const made = parseOptions(passwordHash);
    const { memoryCost, timeCost, parallelism } = this.#cost;
    return made.memoryCost !== memoryCost || made.timeCost !== timeCost || made.parallelism !== parallelism;
  }
}

/** NIST SP 800-63B-4, 3.1.1.2: normalised, so that every keyboard makes the same bytes; never cut. */
function bytesOf(password: string): Uint8Array {
  return new TextEncoder().encode(password.normalize('NFKC'));
}

/** Of their own: what goes to another thread takes the memory that it is a part of along. */
function bytesIn(salt: string): Uint8Array {
  return Uint8Array.from(Buffer.from(salt, 'base64url'));
}

/** One core is left for everything else. */
function hashesAtOnce(cores: number): number {
  return Math.max(1, Math.min(cores - 1, 3));
}
