import type { Logger } from 'pino';

/** A stranger can send the headers of a proxy with every request; the log need not grow by that. */
const PAUSE_MS = 60_000;

export interface UnnamedProxiesDependencies {
  readonly log: Pick<Logger, 'warn'>;
  /** Hears of each request, for the figures. */
  readonly count: () => void;
  readonly now: () => number;
}

/**
 * Tells the operator of proxies in front that TRUSTED_PROXIES does not name: at most one line a minute, which says
 * how many requests came so. What the headers say is not logged: a stranger may have written it.
 */
export class UnnamedProxies {
  readonly #with: UnnamedProxiesDependencies;
  #requests = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: UnnamedProxiesDependencies) {
    this.#with = dependencies;
  }

  /** @param proxy the address that passed a request on */
  seen(proxy: string): void {
    const { log, count, now } = this.#with;
    count();
    this.#requests += 1;
    if (now() < this.#toldAt + PAUSE_MS) return;
    log.warn(
      { proxy, requests: this.#requests },
      'a request was passed on by a proxy that is not named: where its clients are cannot be told, and they share ' +
        'limits. If this proxy is yours, add its address to TRUSTED_PROXIES; if it is not, a client made this up',
    );
    this.#toldAt = now();
    this.#requests = 0;
  }
}
