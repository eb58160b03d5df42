import { type RunningServer, type RunningServerStore, runningServers } from '../audit/running-servers.ts';

/** In which form a store is written. */
export interface WrittenFormat {
  /** The newest that this version reads. */
  readonly newest: number;
  /** What it is written in. @throws OperatorError where this version cannot read it */
  require(): Promise<number>;
  /** From now on it is written in the newest; twice is once. @returns whether that has changed anything */
  finish(): Promise<boolean>;
}

interface UpgradeStatus {
  readonly format: number;
  readonly newest: number;
  /** Processes that serve now and would not know the newest form. */
  readonly behind: readonly RunningServer[];
}

/** The step after which there is no way back but by a backup: taken by the operator, once no older version serves any more. */
export class Upgrades {
  readonly #format: WrittenFormat;
  readonly #servers: Pick<RunningServerStore, 'all'>;
  readonly #now: () => number;

  constructor(
    stores: { readonly format: WrittenFormat; readonly runningServers: Pick<RunningServerStore, 'all'> },
    now: () => number = Date.now,
  ) {
    this.#format = stores.format;
    this.#servers = stores.runningServers;
    this.#now = now;
  }

  async status(): Promise<UpgradeStatus> {
    const { newest } = this.#format;
    const [format, servers] = await Promise.all([
      this.#format.require(),
      runningServers(this.#servers, this.#now()),
    ]);
    return { format, newest, behind: servers.filter((server) => server.format < newest) };
  }

  /** @returns `behind`: nothing was changed, since such processes serve */
  async finish(): Promise<'finished' | 'unchanged' | 'behind'> {
    const { format, newest, behind } = await this.status();
    if (format === newest) return 'unchanged';
    if (behind.length > 0) return 'behind';
    return (await this.#format.finish()) ? 'finished' : 'unchanged';
  }
}
