import { atEndOfTurn } from './end-of-turn.ts';
import type { GatheredName, ScriptKeys } from './script-keys.ts';
import type { ScriptCall, ScriptReply, Scripts } from './scripts.ts';

/** Calls that leave as one at most, where each is small: the store answers others within a fraction of a millisecond, whatever comes at once. */
export const MAX_GATHERED = 64;

interface Waiting<N extends GatheredName> extends ScriptCall<N> {
  resolve(reply: ScriptReply): void;
  reject(reason: unknown): void;
}

/**
 * Calls of one script that requests make within one turn of the event loop leave as one: most of what a call costs is its
 * command, and not what the script does. Nothing waits for more to come than what the same turn brings. Each has its own
 * answer, and its own error; where the store does not answer, each hears so.
 *
 * On a Cluster those alone leave together whose keys have the same hash tag, and so are in one slot.
 */
export class GatheredCalls<N extends GatheredName> {
  readonly #scripts: Pick<Scripts, 'together' | 'newOperation' | 'isOnePlace'>;
  readonly #name: N;
  readonly #most: number;
  #waiting: Waiting<N>[] = [];

  /** @param most that leave as one */
  constructor(
    scripts: Pick<Scripts, 'together' | 'newOperation' | 'isOnePlace'>,
    name: N,
    most = MAX_GATHERED,
  ) {
    this.#scripts = scripts;
    this.#name = name;
    this.#most = most;
  }

  /** A call that changes state, once whatever becomes of the reply. @throws StoreUnavailable */
  change(keys: ScriptKeys<N>, args: ScriptCall<N>['args']): Promise<ScriptReply> {
    return this.touch(keys, [this.#scripts.newOperation(), ...args]);
  }

  /** A call whose writes may happen twice without harm. @throws StoreUnavailable */
  touch(keys: ScriptKeys<N>, args: ScriptCall<N>['args']): Promise<ScriptReply> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) atEndOfTurn('calls', () => this.#leave());
      this.#waiting.push({ keys, args, resolve, reject });
    });
  }

  #leave(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const together of this.#scripts.isOnePlace ? [waiting] : bySlot(waiting)) {
      for (let at = 0; at < together.length; at += this.#most)
        void this.#send(together.slice(at, at + this.#most));
    }
  }

  async #send(calls: readonly Waiting<N>[]): Promise<void> {
    try {
      const replies = await this.#scripts.together(this.#name, calls);
      calls.forEach(({ resolve, reject }, index) => {
        const reply = replies[index] ?? null;
        if (reply instanceof Error) reject(reply);
        else resolve(reply);
      });
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
}

function bySlot<N extends GatheredName>(calls: readonly Waiting<N>[]): Waiting<N>[][] {
  const groups = Map.groupBy(calls, ({ keys }) => tagOf(String(Object.values(keys)[0])));
  return [...groups.values()];
}

/** What decides of a key's slot. */
function tagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}
