/** Operators who are signed in to the console: beside, and never longer than, the browser that they are signed in with. */
import { randomBytes } from 'node:crypto';
import type { Session } from '../accounts/session.ts';

/** Sealed records, see `RecordStore`. */
interface SessionRecords {
  find<T>(kind: string, id: string): Promise<{ name: string; payload: T } | undefined>;
  write(kind: string, id: string, payload: unknown, lifetime: number): Promise<unknown>;
  extend(kind: string, name: string, lifetime: number): Promise<void>;
  remove(kind: string, id: string): Promise<void>;
}

const KIND = 'ConsoleSession';
const MINUTE = 60_000;
const IDLE_MS = 15 * MINUTE;
const MAX_MS = 8 * 60 * MINUTE;
const ID = /^[A-Za-z0-9_-]{43}$/;

type OfBrowser = Pick<Session, 'uid' | 'epoch'>;

export interface ConsoleSession extends OfBrowser {
  /** What the cookie holds. */
  readonly id: string;
  /** Its end, whatever its operator does; milliseconds since 1970. */
  readonly until: number;
  /** When its operator last proved who they are, for the console. */
  readonly provedAt: number;
}

export class ConsoleSessions {
  readonly #records: SessionRecords;
  readonly #now: () => number;

  constructor(records: SessionRecords, now: () => number = Date.now) {
    this.#records = records;
    this.#now = now;
  }

  /** After a proof for the console. */
  begin({ uid, epoch }: OfBrowser): Promise<ConsoleSession> {
    return this.#write({ uid, epoch, until: this.#now() + MAX_MS });
  }

  /** The session of this cookie in this very browser; from now on it may be idle for 15 minutes again. */
  async resume(id: string | undefined, { uid, epoch }: OfBrowser): Promise<ConsoleSession | undefined> {
    if (id === undefined || !ID.test(id)) return undefined;
    const found = await this.#records.find<Omit<ConsoleSession, 'id'>>(KIND, id);
    if (!found) return undefined;
    const left = found.payload.until - this.#now();
    if (left <= 0 || found.payload.uid !== uid || found.payload.epoch !== epoch) return undefined;
    await this.#records.extend(KIND, found.name, Math.min(IDLE_MS, left));
    return { ...found.payload, id };
  }

  /** Its operator has proved who they are again: under a new id, and the old one is dead. */
  async prove(session: ConsoleSession): Promise<ConsoleSession> {
    const proved = await this.#write(session);
    await this.#records.remove(KIND, session.id);
    return proved;
  }

  end(id: string): Promise<void> {
    return this.#records.remove(KIND, id);
  }

  async #write({ uid, epoch, until }: OfBrowser & { readonly until: number }): Promise<ConsoleSession> {
    const now = this.#now();
    const id = randomBytes(32).toString('base64url');
    const kept = { uid, epoch, until, provedAt: now };
    await this.#records.write(KIND, id, kept, Math.max(1, Math.min(IDLE_MS, until - now)));
    return { ...kept, id };
  }
}
