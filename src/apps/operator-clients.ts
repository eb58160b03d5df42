/** Clients that the operator keeps in the store: as good as those of the clients file, and changed while servers run. */
import type { ClientEventKind } from '../events/client-event.ts';
import type { SecretHolder } from './client-secrets.ts';

export interface OperatorClient extends SecretHolder {
  readonly clientId: string;
  /** As the operator gave it (RFC 7591 names), without id and secret. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** As it was read. */
export interface StoredOperatorClient extends OperatorClient {
  /** Changes with every change. */
  readonly version: string;
}

/** How many there may be. */
export const MAX_OPERATOR_CLIENTS = 1000;

/**
 * Of how many clients it may be kept for good what the operator did to them, where another one is to be made: all but those
 * that registered themselves. It is kept of one that was deleted, and every server reads all of it with each act. An end is never refused for it.
 */
export const MAX_CHANGED_CLIENTS = 10_000;

/** All of them, at one moment. */
export interface OperatorClientList {
  find(clientId: string): StoredOperatorClient | undefined;
  /** The same array for as long as they are the same. */
  readonly all: readonly StoredOperatorClient[];
}

/**
 * `exists`: there is one of this id already; `changed`: another request changed it since it was read; `gone`: it has been
 * removed; `deleted`: the id was deleted for good; `full`: as many are there, or have been, as may be.
 */
export type OperatorClientWriting = 'written' | 'exists' | 'changed' | 'gone' | 'deleted' | 'full';

export interface OperatorClientStore {
  /**
   * @param replaces version that was read; absent: it is a new one
   * @param told what receivers of webhooks hear of it; absent: nothing
   */
  write(client: OperatorClient, replaces?: string, told?: ClientEventKind): Promise<OperatorClientWriting>;
  remove(clientId: string): Promise<void>;
  /** As they are now: what one server has written, every other one finds. @throws StoreUnavailable */
  current(): Promise<OperatorClientList>;
  /** As they were when they were last asked for. */
  readonly known: OperatorClientList;
}
