/**
 * What the operator has done to clients while the server runs: disabled one, ended what it has, deleted it. One number
 * for each client decides, its epoch: whatever began under an older one is dead, wherever it is kept and however much of
 * it there is.
 */
import type { Payload } from './payload.ts';

export interface ClientState {
  readonly status: 'active' | 'disabled' | 'deleted';
  /** From 0; raised by every act. */
  readonly epoch: number;
  /** When the newest epochs began, the oldest in front; milliseconds since 1970, by the store's clock. */
  readonly moved: readonly number[];
  /** It registered itself: it is gone one day, and its id is never given again. */
  readonly registered?: true;
}

/** Of a client to which nothing was ever done. */
export const UNTOUCHED: ClientState = { status: 'active', epoch: 0, moved: [] };

/** `enable` brings nothing back: it raises the epoch, too. */
export type ClientAct = 'disable' | 'enable' | 'end' | 'delete';

/** How all clients stood at one moment. */
export interface ClientEpochs {
  /** Nothing was ever done to any client: nothing has to be looked at. */
  readonly areUntouched: boolean;
  of(clientId: string): ClientState;
}

/** How clients stand. */
export interface ClientStates {
  /**
   * As they stand now, for a decision. Asked beside the account, it is waited for no longer than that.
   * @throws StoreUnavailable
   */
  current(): Promise<ClientEpochs>;
  /** As they stood at most 5 s ago, for what decides nothing; where the store does not answer, as they were known last. */
  recent(): ClientEpochs | Promise<ClientEpochs>;
}

/** What the operator's acts do. */
export interface ClientStateStore extends ClientStates {
  /**
   * One write, whatever the client has. One that was deleted stays so.
   * @param isRegistered it registered itself
   * @returns how it stands then, and whether this call has changed that
   */
  act(
    clientId: string,
    act: ClientAct,
    isRegistered?: boolean,
  ): Promise<{ changed: boolean; state: ClientState }>;
  /**
   * Those of these that registered themselves, and to which nothing was done for so long. Nothing is left then that their
   * states would decide.
   * @param clientIds of clients that are not there any more
   * @param unchanged milliseconds
   */
  forget(clientIds: readonly string[], unchanged: number): Promise<void>;
  /** Every client to which something was done, by its id. */
  list(): Promise<ReadonlyMap<string, ClientState>>;
}

/** What begins for a client carries this beside the client's id: a code, a grant, a consent. Absent is 0. */
export interface ClientStamp {
  readonly clientId?: unknown;
  readonly clientEpoch?: unknown;
}

/** The stamp of what begins now. None where it is 0, as it is for most: nothing is kept of that. */
export function stampOf(epochs: ClientEpochs, clientId: string): { clientEpoch?: number } {
  const { epoch } = epochs.areUntouched ? UNTOUCHED : epochs.of(clientId);
  return epoch === 0 ? {} : { clientEpoch: epoch };
}

/** The same again, for what goes on from something that began before. */
export function sameStamp({ clientEpoch }: ClientStamp | Payload): { clientEpoch?: number } {
  return typeof clientEpoch === 'number' && clientEpoch > 0 ? { clientEpoch } : {};
}

/** Whether the operator lets a client act. */
export function isActive(epochs: ClientEpochs, clientId: string): boolean {
  return epochs.areUntouched || epochs.of(clientId).status === 'active';
}

/** Whether what carries this stamp may act. One that names no client is nothing that a client was given. */
export function isAlive(epochs: ClientEpochs, { clientId, clientEpoch = 0 }: ClientStamp): boolean {
  if (epochs.areUntouched || typeof clientId !== 'string') return true;
  const { status, epoch } = epochs.of(clientId);
  return status === 'active' && epoch === clientEpoch;
}

/** When the operator ended what carries this stamp; `undefined`: it has not ended so. */
export function endedAt(epochs: ClientEpochs, stamp: ClientStamp): number | undefined {
  if (isAlive(epochs, stamp)) return undefined;
  const { epoch, moved } = epochs.of(String(stamp.clientId));
  const at = Number(stamp.clientEpoch ?? 0) - (epoch - moved.length);
  return moved[Math.min(Math.max(at, 0), moved.length - 1)] ?? 0;
}

/** Owners are shown for so long what the operator has ended, in milliseconds. */
export const SHOWN_AS_ENDED = 30 * 86_400_000;
