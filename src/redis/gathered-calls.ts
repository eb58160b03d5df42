import { atEndOfTurn } from './end-of-turn.ts';
import type { ScriptCall } from './script-calls.ts';
import type { GatheredName } from './script-keys.ts';
import type { ScriptReply, Scripts } from './scripts.ts';

/** Calls that leave as one at most, where each is small: the store answers others within a fraction of a millisecond, whatever comes at once. */
export const MAX_GATHERED = 64;

type MakeCall<N extends GatheredName> = () => Pick<ScriptCall<N>, 'keys' | 'args'>;

interface Waiting<N extends GatheredName> {
  readonly operation: string | undefined;
  readonly make: MakeCall<N>;
  resolve(reply: ScriptReply): void;
  reject(reason: unknown): void;
}

interface Leaving<N extends GatheredName> extends ScriptCall<N> {
  readonly from: Waiting<N>;
}

/**
 * Calls of one script that requests make within one turn of the event loop leave as one: most of what a call costs is its
 * command, and not what the script does. Each is made as it leaves: hashes and ciphers of several calls in a row take less
 * than with all else of a request between them. Nothing waits for more to come than what the same turn brings. Each has its
 * own answer, and its own error; where the store does not answer, each hears so.
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

  /** A call that changes state, once whatever becomes of the reply. @throws StoreUnavailable, and what `make` throws */
  change(make: MakeCall<N>): Promise<ScriptReply> {
    return this.#gather(this.#scripts.newOperation(), make);
  }

  /** A call whose writes may happen twice without harm. @throws StoreUnavailable, and what `make` throws */
  touch(make: MakeCall<N>): Promise<ScriptReply> {
    return this.#gather(undefined, make);
  }

  #gather(operation: string | undefined, make: MakeCall<N>): Promise<ScriptReply> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) atEndOfTurn('calls', () => this.#leave());
      this.#waiting.push({ operation, make, resolve, reject });
    });
  }

  #leave(): void {
    const leaving = this.#waiting.flatMap(made);
    this.#waiting = [];
    for (const together of this.#scripts.isOnePlace ? [leaving] : bySlot(leaving)) {
      for (let at = 0; at < together.length; at += this.#most)
        void this.#send(together.slice(at, at + this.#most));
    }
  }

  async #send(calls: readonly Leaving<N>[]): Promise<void> {
    try {
      const replies = await this.#scripts.together(this.#name, calls);
      calls.forEach(({ from }, index) => {
        const reply = replies[index] ?? null;
        if (reply instanceof Error) from.reject(reply);
        else from.resolve(reply);
      });
    } catch (error) {
      for (const { from } of calls) from.reject(error);
    }
  }
}

/** One that cannot be made leaves the others alone. */
function made<N extends GatheredName>(from: Waiting<N>): [Leaving<N>] | [] {
  try {
    const { keys, args } = from.make();
    return [{ operation: from.operation, keys, args, from }];
  } catch (error) {
    from.reject(error);
    return [];
  }
}

function bySlot<N extends GatheredName>(calls: readonly Leaving<N>[]): Leaving<N>[][] {
  const groups = Map.groupBy(calls, ({ keys }) => tagOf(String(Object.values(keys)[0])));
  return [...groups.values()];
}

/** What decides of a key's slot. */
function tagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}
