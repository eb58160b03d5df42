import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import type { Session } from '../../accounts/session.ts';
import { acrOf } from '../../mfa/assurance.ts';
import type { SessionStore } from '../../sessions/session-store.ts';
import type { RecordStore } from '../record-store.ts';
import { requestCache } from '../request-cache.ts';
import { RecordAdapter } from './records.ts';

/** Session id of a visitor's session by its uid. */
const UID = 'SessionUid';

/**
 * Browsers as the library sees them. A signed-in one is inserted by our sign-in alone: a save of the library
 * updates it or does nothing, so that a request that was under way when the owner signed out brings nothing
 * back, not even under a new session id. Visitors who have not signed in are plain records, and are
 * kept only where the library has noted something of them.
 */
export class SessionAdapter extends RecordAdapter implements Adapter {
  readonly #browsers: SessionStore;

  constructor(browsers: SessionStore, records: RecordStore) {
    super('Session', records);
    this.#browsers = browsers;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const {
      uid = '',
      accountId,
      loginTs: _loginTs,
      amr: _amr,
      acr: _acr,
      exp: _exp,
      transient: _transient,
      ...rest
    } = payload;
    if (accountId === undefined) {
      // A cookie that leads nowhere is no reason to keep anything: a stranger can send one.
      if (payload.state === undefined) return;
      await super.upsert(id, payload, expiresIn);
      await this.records.write(UID, uid, id, expiresIn && expiresIn * 1000);
      return;
    }
    const browser = await this.#browsers.resumeByUid(uid);
    if (browser?.accountId !== accountId) return;
    const { jti: _jti, kind: _kind, ...state } = rest;
    await this.#browsers.save({ ...browser, sessionId: id, state });
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const browser = await this.#browsers.resume(id);
    if (browser) {
      requestCache().browser = browser;
      return sessionOf(browser);
    }
    const visitor = await super.find(id);
    return visitor?.jti === id && visitor.accountId === undefined ? visitor : undefined;
  }

  override async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const browser = await this.#browsers.resumeByUid(uid);
    if (browser) return sessionOf(browser);
    const pointer = await this.records.find<string>(UID, uid);
    return pointer && this.find(pointer.payload);
  }

  override async destroy(id: string): Promise<void> {
    if (!isReplaced(id)) await this.#browsers.end(id);
    await super.destroy(id);
  }
}

/** The library destroys the old id of a session that gets a new one, and then saves: only the id goes. */
function isReplaced(id: string): boolean {
  const session = Provider.ctx?.oidc?.session as { oldId?: string } | undefined;
  return session?.oldId === id;
}

function sessionOf(browser: Session): AdapterPayload {
  return {
    ...browser.state,
    kind: 'Session',
    jti: browser.sessionId || browser.uid,
    uid: browser.uid,
    accountId: browser.accountId,
    loginTs: browser.authTime,
    amr: browser.amr,
    acr: acrOf(browser.amr),
    // The cookie goes when the browser is closed, as our sign-in has set it.
    transient: true,
    exp: browser.expiresAt,
  };
}
