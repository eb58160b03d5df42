/**
 * From ends to logout notices. States of an end: written (by the script that ends), queued (with each receiver that it
 * concerns), forgotten.
 */
import type { NoticeQueue } from '../notices/notice-queue.ts';
import type { NoticeSource } from '../notices/notice-sweep.ts';
import type { AppEnd, AppEndStore, AppNames } from './app-ends.ts';
import { appSessionId } from './app-session.ts';
import type { LogoutBody, LogoutReceiver } from './logout-receiver.ts';

interface LogoutSweepSettings {
  readonly ends: AppEndStore;
  readonly queue: NoticeQueue<LogoutBody>;
  readonly names: AppNames;
  /** Those that there are now, by each name that their client may be written under. */
  readonly receivers: () => ReadonlyMap<string, LogoutReceiver>;
  /** Hears of each end, to tell others of it. Twice is once. */
  readonly onEnd?: ((accountId: string, end: AppEnd) => Promise<void>) | undefined;
  /** Hears of notices that had to leave a queue that was full. */
  readonly onDropped: (receiver: LogoutReceiver, dropped: number) => void;
}

export class LogoutSweep implements NoticeSource {
  readonly #with: LogoutSweepSettings;

  constructor(settings: LogoutSweepSettings) {
    this.#with = settings;
  }

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

  async #queue(accountId: string, end: AppEnd): Promise<void> {
    const { queue, names, receivers, onDropped, onEnd } = this.#with;
    await onEnd?.(accountId, end);
    const receiver = receivers().get(end.app);
    if (!receiver) return;
    const [name] = names.namesOf(receiver.clientId);
    for (const [index, sid] of sidsOf(end, receiver).entries()) {
      const body = sid === undefined ? {} : { sid };
      const all = receiver.needsSid ? {} : { all: {} };
      const dropped = await queue.add(name, { accountId, end: `${end.id}.${index}`, body, ...all });
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
