import type { Logger } from 'pino';

/** A stranger can send the headers of a proxy with every request; the log need not grow by that. */
const PAUSE_MS = 60_000;

/** What is told of a proxy in front; each says what is wrong by it, and what to do. */
export const PROXY_WARNINGS = {
  unnamed:
    'a request was passed on by a proxy that is not named: where its clients are cannot be told, and they share ' +
    'limits. If this proxy is yours, add its address to TRUSTED_PROXIES; if it is not, a client made this up',
  silent:
    'a proxy that TRUSTED_PROXIES names does not say for whom it asks: where its clients are cannot be told, and ' +
    'they share limits. Have it send X-Forwarded-For',
} as const;

interface ProxyWarningDependencies {
  readonly log: Pick<Logger, 'warn'>;
  /** Hears of each request, for the figures. */
  readonly count: () => void;
  readonly now: () => number;
}

/**
 * Tells the operator of a proxy that hides its clients: at most one line a minute, which says how many requests came
 * so. What the headers say is not logged: a stranger may have written it.
 */
export class ProxyWarning {
  readonly #message: string;
  readonly #with: ProxyWarningDependencies;
  #requests = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(message: string, dependencies: ProxyWarningDependencies) {
    this.#message = message;
    this.#with = dependencies;
  }

  /** @param proxy the address that passed a request on */
  seen(proxy: string): void {
    const { log, count, now } = this.#with;
    count();
    this.#requests += 1;
    if (now() < this.#toldAt + PAUSE_MS) return;
    log.warn({ proxy, requests: this.#requests }, this.#message);
    this.#toldAt = now();
    this.#requests = 0;
  }
}
