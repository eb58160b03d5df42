/**
 * From ends to notices, at least once. States of an end: written (by the script that ends), queued (with each receiver
 * that it concerns), forgotten. A server may die between any two; the next sweep, by whichever server, finds what is
 * written, and queueing twice is queueing once.
 */
import type { AppEnd, AppEndStore, AppNames, PendingOwner } from './app-ends.ts';
import { appSessionId } from './app-session.ts';
import type { LogoutReceiver } from './logout-receiver.ts';
import type { NoticeQueue } from './notice-queue.ts';
import { ReceiversByName } from './receivers-by-name.ts';

export interface LogoutSweepSettings {
  readonly ends: AppEndStore;
  readonly queue: NoticeQueue;
  readonly names: AppNames;
  /** Those that there are now. */
  readonly receivers: () => readonly LogoutReceiver[];
  /** Hears of notices that had to leave a queue that was full. */
  readonly onDropped: (receiver: LogoutReceiver, dropped: number) => void;
}

/** Accounts that are read at once. */
const PAGE = 200;
const AT_ONCE = 20;

export class LogoutSweep {
  readonly #with: LogoutSweepSettings;
  readonly #receivers: ReceiversByName;

  constructor(settings: LogoutSweepSettings) {
    this.#with = settings;
    this.#receivers = new ReceiversByName(settings.receivers, settings.names);
  }

  /** Queues what is not queued yet, of every account that is pending. */
  async sweep(): Promise<void> {
    const seen = new Set<string>();
    for (let from = 0; ; from += PAGE) {
      const page = await this.#with.ends.pending(from, PAGE);
      const fresh = page.filter(({ accountId }) => !seen.has(accountId));
      for (const { accountId } of fresh) seen.add(accountId);
      for (let first = 0; first < fresh.length; first += AT_ONCE)
        await Promise.all(fresh.slice(first, first + AT_ONCE).map((owner) => this.#sweepOwner(owner)));
      if (page.length < PAGE) return;
    }
  }

  /**
   * The same for one account.
   * @returns whether there was anything to queue
   */
  async sweepAccount(accountId: string): Promise<boolean> {
    const { ends } = this.#with;
    const found = await ends.list(accountId);
    for (const end of found) await this.#queue(accountId, end);
    if (found.length > 0) {
      const ids = found.map(({ id }) => id);
      await ends.forget(accountId, ids);
    }
    return found.length > 0;
  }

  async #sweepOwner(owner: PendingOwner): Promise<void> {
    const found = await this.sweepAccount(owner.accountId);
    if (!found && !owner.mayBeUnderWay) await this.#with.ends.settle(owner);
  }

  async #queue(accountId: string, end: AppEnd): Promise<void> {
    const { queue, names, onDropped } = this.#with;
    const receiver = this.#receivers.now.get(end.app);
    if (!receiver) return;
    const [name] = names.namesOf(receiver.clientId);
    for (const [index, sid] of sidsOf(end, receiver).entries()) {
      const notice = { accountId, end: `${end.id}.${index}`, sid, bySidAlone: receiver.needsSid };
      const dropped = await queue.add(name, notice);
      if (dropped > 0) onDropped(receiver, dropped);
    }
  }
}

/** One notice for all of an owner's sign-ins, unless the app tells them apart by `sid` alone. */
function sidsOf(
  { browsers, isWhole }: AppEnd,
  { clientId, needsSid }: LogoutReceiver,
): (string | undefined)[] {
  if (isWhole && (!needsSid || browsers.length === 0)) return [undefined];
  return browsers.map((uid) => appSessionId(uid, clientId));
}
