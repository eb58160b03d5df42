import type { StoreAccess } from '../config/store-access.ts';
import { NO_ACCESS } from '../config/store-access.ts';
import { parseStoreAddress } from '../config/store-address.ts';
import { tlsOf } from './client.ts';
import { explained, isUnexplained, reasonOf } from './connection-errors.ts';
import { whyNoTls } from './tls-probe.ts';

interface ConnectionPlace {
  readonly url: string;
  readonly access?: StoreAccess;
  /** milliseconds */
  readonly commandTimeout: number;
}

/** Why there is no connection, for who waits for one. */
export class LastReason {
  readonly #place: ConnectionPlace;
  #last: string | undefined;
  #isProbing = false;

  constructor(place: ConnectionPlace) {
    this.#place = place;
  }

  /** `undefined` while there is a connection, or nothing was heard. */
  get last(): string | undefined {
    return this.#last;
  }

  forget(): void {
    this.#last = undefined;
  }

  hear(error: Error): void {
    const reason = reasonOf(error);
    // What was found out by looking says more.
    if (this.#last !== undefined && isUnexplained(reason) && !isUnexplained(this.#last)) return;
    this.#last = reason;
    if (isUnexplained(reason)) void this.#look();
  }

  async #look(): Promise<void> {
    const { url, access = NO_ACCESS, commandTimeout } = this.#place;
    const address = parseStoreAddress(url);
    if (typeof address === 'string' || address.kind === 'socket' || this.#isProbing) return;
    if (!address.tls) {
      this.#last = `${this.#last} (a server that wants TLS ends connections so: for that, REDIS_URL says rediss)`;
      return;
    }
    this.#isProbing = true;
    const { tls } = tlsOf(address, access);
    const found = await whyNoTls(address.hosts[0], typeof tls === 'object' ? tls : {}, commandTimeout);
    this.#isProbing = false;
    // It may have come about meanwhile.
    if (found !== undefined && this.#last !== undefined) this.#last = explained(found);
  }
}
