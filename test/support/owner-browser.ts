import type { Session } from '../../src/accounts/session.ts';
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import { type Page, PageClient } from '../web/page-client.ts';

/** A page of a server that cannot serve for now: nothing is known of what was asked. */
export class Unavailable extends Error {}

/** The owner at the pages: enters the code that a device shows, and decides. */
export class OwnerBrowser {
  readonly pages: PageClient;
  readonly browser: Session;
  /** How long its slowest request took so far, in milliseconds. */
  slowest = 0;

  constructor(origin: string, browser: Session) {
    this.browser = browser;
    this.pages = new PageClient(origin);
    this.pages.cookies.set(protocolCookies(origin).session, browser.sessionId);
  }

  /** @throws Unavailable on 503, and the system's error when there is no answer */
  async decide(userCode: string, decision: 'approve' | 'deny'): Promise<'linked' | 'denied' | 'gone'> {
    const code = await this.#served(this.pages.get('/device'));
    const entered = { csrf: code.field('csrf'), user_code: userCode };
    const confirm = await this.#served(this.pages.post('/device', entered));
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    if (confirm.status === 400) return 'gone';
    if (ticket === '') throw new Error(`the code led to ${confirm.status} ${confirm.location}`);
    const decided = { csrf, ticket, decision };
    const answer = await this.#served(this.pages.post('/device/confirm', decided));
    const [, outcome] = /^\/device\/(linked|waiting|denied|gone)/.exec(answer.location) ?? [];
    if (outcome === undefined) throw new Error(`the decision led to ${answer.status} ${answer.location}`);
    // It waits for the device to come for its tokens.
    return (outcome === 'waiting' ? 'linked' : outcome) as 'linked' | 'denied' | 'gone';
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.#served(this.pages.get('/account'))).status === 200;
  }

  async #served(request: Promise<Page>): Promise<Page> {
    const began = performance.now();
    const page = await request;
    this.slowest = Math.max(this.slowest, performance.now() - began);
    if (page.status === 503) throw new Unavailable(page.location);
    if (page.status >= 500) throw new Error(`the page answered ${page.status}`);
    return page;
  }
}
