import { join } from 'node:path';
import type { Options } from '@node-rs/argon2';
import { Busy } from '../errors/server-busy.ts';
import { BackgroundThread } from '../runtime/background-thread.ts';
import type { HashingManner } from './hashing-queue.ts';

/** What a hashing thread is asked; each is answered as its function of `@node-rs/argon2` answers. */
export type HashingQuestion =
  | { readonly ask: 'hash'; readonly secret: Uint8Array; readonly options: Options }
  | { readonly ask: 'hashRaw'; readonly secret: string; readonly options: Options }
  | { readonly ask: 'verify'; readonly hash: string; readonly secret: Uint8Array; readonly options: Options };

export type HashingAnswer = string | boolean | Uint8Array;

type HashingThread = BackgroundThread<HashingQuestion, HashingAnswer>;

const PROGRAM = join(import.meta.dirname, 'hashing-program.ts');

/**
 * Hashes in threads of their own, which yield to the thread of the requests: a hash takes 20 to 60 ms of a processor.
 * One more has the priority of that thread, for those who are to be answered promptly.
 * On Node's own threads it would also keep signatures and look-ups of names waiting.
 */
export class HashingThreads {
  readonly #yielding: readonly HashingThread[];
  readonly #prompt: HashingThread = new BackgroundThread(PROGRAM, () => new Busy(), { yields: false });

  /** @param count yielding hashes at once */
  constructor(count: number) {
    this.#yielding = Array.from({ length: count }, () => new BackgroundThread(PROGRAM, () => new Busy()));
  }

  /** @throws Busy when the thread has ended before it answered */
  async hash(manner: HashingManner, secret: Uint8Array, options: Options): Promise<string> {
    return String(await this.#ask(manner, { ask: 'hash', secret, options }));
  }

  /** @throws Busy as above */
  async hashRaw(manner: HashingManner, secret: string, options: Options): Promise<Uint8Array> {
    const digest = await this.#ask(manner, { ask: 'hashRaw', secret, options });
    if (!(digest instanceof Uint8Array)) throw new TypeError('a hash without bytes');
    return digest;
  }

  /** @throws Busy as above */
  async verify(manner: HashingManner, hash: string, secret: Uint8Array, options: Options): Promise<boolean> {
    return (await this.#ask(manner, { ask: 'verify', hash, secret, options })) === true;
  }

  #ask(manner: HashingManner, question: HashingQuestion): Promise<HashingAnswer> {
    if (manner === 'prompt') return this.#prompt.ask(question);
    const [first, ...others] = this.#yielding;
    if (!first) throw new RangeError('there is no thread to hash in');
    const freest = others.reduce((best, one) => (one.waiting < best.waiting ? one : best), first);
    return freest.ask(question);
  }
}
