import type { AccountId } from '../accounts/account.ts';
import type { NewSession, Session, SessionTimes } from '../accounts/session.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { SignInProof } from '../mfa/factor.ts';
import type { ListedSession, ListedSessionStore } from '../sessions/listed-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { AccountKeys } from './account-keys.ts';
import type { RedisActivity } from './activity.ts';
import { proofArguments } from './factors.ts';
import type { Keyring } from './keyring.ts';
import { openProfile } from './profiles.ts';
import type { Records } from './records.ts';
import type { StoreContext } from './store-context.ts';

const POINTER = 'Session';

/** Another browser has taken its place; the script says which it was. */
const LEFT: ActivityEvent = { kind: 'signed-out', by: 'server', subject: { type: 'browser', id: '' } };

type Kept = Omit<Session, 'sessionId' | 'profile' | 'epoch'>;

/** A field for each browser in the account's slot; the cookie's session id is a pointer to it. */
export class RedisSessions implements SessionStore, ListedSessionStore {
  readonly #context: StoreContext;
  readonly #records: Records;
  readonly #activity: RedisActivity;
  readonly #max: number;

  /** @param max browsers that may be signed in to one account at once */
  constructor(context: StoreContext, records: Records, activity: RedisActivity, max: number) {
    this.#context = context;
    this.#records = records;
    this.#activity = activity;
    this.#max = max;
  }

  /** The pointer first: without the record it leads nowhere. */
  async insert(
    browser: NewSession,
    time: SessionTimes,
    event?: ActivityEvent,
    proof?: SignInProof,
    recoveryOver?: ActivityEvent,
  ): Promise<boolean> {
    const { accountId, epoch } = browser;
    const admitted = await this.prepare(browser, time);
    const told = await this.#activity.prepare(accountId, event);
    const over = await this.#activity.prepare(accountId, recoveryOver);
    const left = await this.#activity.prepareEnd(accountId, LEFT);
    const args = [
      epoch,
      ...admitted,
      told,
      ...proofArguments(proof),
      over,
      this.#max,
      left,
      browser.upstream?.id ?? '',
    ];
    const { scripts, keyspace } = this.#context;
    return (await scripts.change('insertSession', keyspace.of(accountId), args)) === 1;
  }

  /**
   * What `readmit` of a script takes to sign a browser in as part of a larger change; without that change the
   * pointer leads nowhere.
   */
  async prepare(
    { sessionId, epoch: _epoch, ...kept }: NewSession,
    time: SessionTimes,
  ): Promise<(string | number)[]> {
    const name = await this.#records.write(POINTER, sessionId, { uid: kept.uid }, time.absolute);
    return [kept.uid, time.absolute, time.idle, this.#seal(kept), name];
  }

  async resume(sessionId: string): Promise<Session | undefined> {
    const uid = await this.#uidOf(sessionId);
    return uid === undefined ? undefined : this.#resume(uid, sessionId);
  }

  async resumeByUid(uid: string): Promise<Session | undefined> {
    return isBrowserUid(uid) ? this.#resume(uid, '') : undefined;
  }

  async save(browser: Session): Promise<boolean> {
    const { sessionId, profile: _profile, epoch: _epoch, closesAt: _closesAt, ...kept } = browser;
    const args = [kept.uid, this.#seal(kept), ...this.#names(sessionId)];
    if ((await this.#context.scripts.change('updateSession', this.#keys(kept.uid), args)) !== 1) return false;
    const left = kept.expiresAt * 1000 - Date.now();
    if (left > 0) await this.#records.write(POINTER, sessionId, { uid: kept.uid }, left);
    return true;
  }

  /** The record first: with it the authority goes. */
  async end(sessionId: string, event?: ActivityEvent): Promise<boolean> {
    const uid = await this.#uidOf(sessionId);
    if (uid === undefined) return false;
    const ended = await this.#end(uid, this.#names(sessionId), event);
    await this.#records.remove(POINTER, sessionId);
    return ended;
  }

  /** Its pointer leads nowhere then, and goes by age. */
  async endByUid(uid: string, event?: ActivityEvent): Promise<boolean> {
    return isBrowserUid(uid) && this.#end(uid, [], event);
  }

  async #end(uid: string, names: string[], event: ActivityEvent | undefined): Promise<boolean> {
    const told = await this.#activity.prepareEnd(accountOf(uid), event);
    return (await this.#context.scripts.change('endSession', this.#keys(uid), [uid, told, ...names])) === 1;
  }

  async list({ accountId, epoch }: Parameters<ListedSessionStore['list']>[0]): Promise<ListedSession[]> {
    const { scripts, keyspace, keyring } = this.#context;
    const rows = (await scripts.read('listSessions', keyspace.of(accountId), [epoch])) as BrowserRow[] | null;
    return (rows ?? []).flatMap((row) => listedBrowser(keyring, row) ?? []);
  }

  async endOthers(
    { accountId, epoch, uid }: Parameters<ListedSessionStore['endOthers']>[0],
    event: ActivityEvent,
  ): Promise<number | undefined> {
    const told = await this.#activity.prepareEnd(accountId, event);
    const { scripts, keyspace } = this.#context;
    const args = [epoch, uid, told];
    const ended = Number(await scripts.change('endOtherSessions', keyspace.of(accountId), args));
    return ended < 0 ? undefined : ended;
  }

  async #uidOf(sessionId: string): Promise<string | undefined> {
    const pointer = await this.#records.find<{ uid?: string }>(POINTER, sessionId);
    const uid = pointer?.payload.uid;
    return uid !== undefined && isBrowserUid(uid) ? uid : undefined;
  }

  async #resume(uid: string, sessionId: string): Promise<Session | undefined> {
    const args = sessionId === '' ? [uid] : [uid, ...this.#names(sessionId)];
    const reply = await this.#context.scripts.touch('resumeSession', this.#keys(uid), args);
    if (!reply) return undefined;
    const [sealed, sealedProfile, epoch, closes] = reply as [string, string | null, string, string | null];
    const { keyring } = this.#context;
    const kept = keyring.open<Kept>(`browser:${uid}`, sealed);
    const profile = openProfile(keyring, accountOf(uid), sealedProfile);
    const closesAt = closes === null ? undefined : Number(closes);
    return kept && profile && { ...kept, sessionId, profile, epoch: Number(epoch), closesAt };
  }

  #keys(uid: string): AccountKeys {
    return this.#context.keyspace.of(accountOf(uid));
  }

  /** Which session id is the current one is kept with the record: the pointer alone opens nothing. */
  #names(sessionId: string): string[] {
    return this.#context.keyring.macs(POINTER, sessionId);
  }

  #seal(kept: Kept): string {
    return this.#context.keyring.seal(`browser:${kept.uid}`, kept);
  }
}

/** As `listSessions` tells of one. */
type BrowserRow = [uid: string, seen: number, payload: string];

/** `undefined` when it was sealed under a secret that is gone: then no browser is signed in with it either. */
export function listedBrowser(keyring: Keyring, [uid, seen, sealed]: BrowserRow): ListedSession | undefined {
  const kept = keyring.open<Kept>(`browser:${uid}`, sealed);
  return (
    kept && {
      id: uid.slice(uid.indexOf('.') + 1),
      address: kept.address,
      userAgent: kept.userAgent,
      signedInAt: kept.authTime * 1000,
      lastSeen: seen,
    }
  );
}

/** The uid of a signed-in browser is `<account>.<random>`; a visitor's session has another shape. */
function isBrowserUid(uid: string): boolean {
  return /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}$/.test(uid);
}

function accountOf(uid: string): AccountId {
  return uid.slice(0, uid.indexOf('.')) as AccountId;
}
