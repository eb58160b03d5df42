/**
 * From what has happened to notices in queues, at least once. A change is announced before it is made, and its script
 * writes what is to be told in the account's slot; a server may die at any point: the next sweep, by whichever server,
 * finds the account, and queueing twice is queueing once.
 */
import { walkPending } from './pending-walk.ts';

export interface PendingOwners {
  /** Accounts of which there may be something to tell, a page at a time, the longest pending first. */
  pending(from: number, most: number): Promise<PendingOwner[]>;
  /** No longer pending, unless something was announced since, or so lately that its change may be under way. */
  settle(owner: Pick<PendingOwner, 'accountId' | 'since'>): Promise<void>;
}

export interface PendingOwner {
  readonly accountId: string;
  /** When a change was last announced, milliseconds since 1970 by the store's clock. */
  readonly since: number;
  /** Announced so lately that its change may be under way: it is not settled yet. */
  readonly mayBeUnderWay: boolean;
}

/** Queues what is not queued yet of one account, for its kind of receiver. */
export interface NoticeSource {
  /** @returns whether there was anything to queue */
  sweepAccount(accountId: string): Promise<boolean>;
  /** The account is about to be gone, with all that is written of it. Twice is once. */
  tellClosed?(accountId: string): Promise<void>;
}

export class NoticeSweep {
  readonly #owners: PendingOwners;
  readonly #sources: readonly NoticeSource[];

  constructor(owners: PendingOwners, sources: readonly NoticeSource[]) {
    this.#owners = owners;
    this.#sources = sources;
  }

  /** Queues what is not queued yet, of every account that is pending. */
  async sweep(): Promise<void> {
    await walkPending(
      (from, most) => this.#owners.pending(from, most),
      (owner) => this.#sweepOwner(owner),
    );
  }

  /** All that there is to tell of an account which is closed, and that it is, is queued once this has resolved. */
  async tellOf(accountId: string): Promise<void> {
    while (await this.#sweepAccount(accountId));
    for (const source of this.#sources) await source.tellClosed?.(accountId);
  }

  async #sweepOwner(owner: PendingOwner): Promise<void> {
    const found = await this.#sweepAccount(owner.accountId);
    if (!found && !owner.mayBeUnderWay) await this.#owners.settle(owner);
  }

  /** One kind of receiver holds up no other: each is asked, and the first failure is told afterwards. */
  async #sweepAccount(accountId: string): Promise<boolean> {
    const swept = await Promise.allSettled(this.#sources.map((source) => source.sweepAccount(accountId)));
    const failed = swept.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    return swept.some((one) => one.status === 'fulfilled' && one.value);
  }
}
