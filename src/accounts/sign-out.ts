import type { BrowserStore, SignedInBrowser } from './browser-store.ts';

/** Signs this one browser out, at once and on the server: its cookie is worth nothing afterwards. */
export class SignOut {
  readonly #browsers: BrowserStore;

  constructor(browsers: BrowserStore) {
    this.#browsers = browsers;
  }

  /** @returns whether it was signed in */
  async signOut({ sessionId }: SignedInBrowser): Promise<boolean> {
    return this.#browsers.end(sessionId);
  }
}
