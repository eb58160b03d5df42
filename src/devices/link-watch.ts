import { MAX_HELD, MAX_HELD_PER_ACCOUNT } from '../limits/list-bounds.ts';
import type { Owner } from './linked-device.ts';
import type { LinkState, WaitingLinkStore } from './waiting-link.ts';

/** Milliseconds between looks, while anything is held. */
const PAUSE = 500;

/** A request that waits for a device. */
interface Held {
  readonly owner: Owner;
  readonly id: string;
  readonly answer: (state: LinkState) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Holds requests until the device that its owner waits for has come. One watch for the whole process: while anything is
 * held, each account behind it is asked once at a time, for all that it waits for, and the next look begins when the last
 * has ended. So what is read grows with the accounts that wait and not with requests, on a Cluster as on one Redis.
 */
export class LinkWatch {
  readonly #links: Pick<WaitingLinkStore, 'states'>;
  readonly #held = new Set<Held>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(links: Pick<WaitingLinkStore, 'states'>) {
    this.#links = links;
  }

  /** How many requests are held. */
  get size(): number {
    return this.#held.size;
  }

  /** As it stands now. @throws StoreUnavailable */
  async look(owner: Owner, id: string): Promise<LinkState> {
    const [state = 'ended'] = await this.#links.states(owner, [id]);
    return state;
  }

  /**
   * As soon as it does not wait any more. `waiting` after so many milliseconds; and at once where the account, or the
   * process, has as many held requests as may be, where the request is gone, and where the watch is closed.
   * @throws StoreUnavailable where the store cannot say
   */
  async hold(owner: Owner, id: string, milliseconds: number, gone: AbortSignal): Promise<LinkState> {
    if (this.#closed || gone.aborted || !this.#hasRoom(owner)) return 'waiting';
    const { promise, resolve: answer, reject: fail } = Promise.withResolvers<LinkState>();
    const held: Held = { owner, id, answer, fail };
    const leave = () => answer('waiting');
    const timer = setTimeout(leave, milliseconds);
    gone.addEventListener('abort', leave, { once: true });
    this.#held.add(held);
    this.#timer ??= setTimeout(() => this.#look(), PAUSE);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', leave);
      this.#held.delete(held);
    }
  }

  /** Everything that is held is answered now, and nothing is held any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { answer } of this.#held) answer('waiting');
  }

  #hasRoom({ accountId }: Owner): boolean {
    if (this.#held.size >= MAX_HELD) return false;
    const ofAccount = [...this.#held].filter(({ owner }) => owner.accountId === accountId);
    return ofAccount.length < MAX_HELD_PER_ACCOUNT;
  }

  async #look(): Promise<void> {
    const waiting = Object.values(
      Object.groupBy(this.#held, ({ owner }) => `${owner.accountId}.${owner.epoch}`),
    );
    await Promise.all(waiting.map((held = []) => this.#ask(held)));
    const goesOn = this.#held.size > 0 && !this.#closed;
    this.#timer = goesOn ? setTimeout(() => this.#look(), PAUSE) : undefined;
  }

  /** Of one account. Where its part of the store is down, those of others go on. */
  async #ask(held: readonly Held[]): Promise<void> {
    const [{ owner } = { owner: undefined }] = held;
    if (!owner) return;
    try {
      const states = await this.#links.states(
        owner,
        held.map(({ id }) => id),
      );
      for (const [index, { answer }] of held.entries()) {
        const state = states[index] ?? 'ended';
        if (state !== 'waiting') answer(state);
      }
    } catch (error) {
      for (const { fail } of held) fail(error);
    }
  }
}
