/** An owner: one browser at a time, signed in anew whenever everything was ended; approves, deregisters, ends everything. */
import type { AccountId } from '../../src/accounts/account.ts';
import type { NewSession as SignIn } from '../../src/accounts/session.ts';
import type { EventPlace } from '../../src/events/event.ts';
import { protocolCookies } from '../../src/web/middleware/cookies.ts';
import { newBrowser } from '../../test/support/test-stores.ts';
import { type Page, PageClient } from '../../test/web/page-client.ts';
import type { AccountHistory, Entry, Outcome, Session } from './record.ts';
import { recorded } from './record.ts';
import type { Site } from './site.ts';

const COOKIE = protocolCookies('http://127.0.0.1').session;
const TIMES = { idle: 3_600_000, absolute: 86_400_000 };

interface Browser {
  readonly session: Session;
  /** As the store has it. */
  readonly signIn: SignIn;
  /** Of this sign-in, once a page has told it, with the cookies that it belongs to. */
  csrf: string;
  cookies: ReadonlyMap<string, string>;
}

export class Owner {
  readonly accountId: AccountId;
  readonly history: AccountHistory;
  readonly #site: Site;
  /** Where they live, as their devices do: from one house come the codes of one owner. */
  readonly address: string;
  #browser: Browser | undefined;

  /** @param clientEnds of all owners */
  constructor(site: Site, accountId: AccountId, number: number, clientEnds: readonly Entry[]) {
    this.history = { devices: [], keys: [], makings: [], sessions: [], ends: [], clientEnds };
    this.#site = site;
    this.accountId = accountId;
    this.address = `203.${number >> 8}.${number & 255}.7`;
  }

  /** The browser that is signed in; a new one where everything was ended; `undefined` while the store is away. */
  async browser(): Promise<Browser | undefined> {
    if (this.#browser) return this.#browser;
    const { accounts, browsers } = this.#site.stores;
    const began = performance.now();
    try {
      const account = await accounts.find(this.accountId);
      if (!account) throw new Error('an account is gone');
      const browser = newBrowser(this.accountId, account.epoch);
      if (!(await browsers.insert(browser, TIMES))) return undefined;
      const session = { id: browser.sessionId, began, done: performance.now(), looks: [] };
      this.history.sessions.push(session);
      const cookies = new Map([[COOKIE, session.id]]);
      this.#browser = { session, signIn: browser, csrf: '', cookies };
      return this.#browser;
    } catch {
      return undefined;
    }
  }

  async approve(browser: Browser, address: string, userCode: string): Promise<Outcome> {
    const pages = this.#pages(browser, address);
    await this.#prepareForms(browser, pages);
    const confirm = await pages.post('/device', { csrf: browser.csrf, user_code: userCode });
    const ticket = confirm.field('ticket');
    if (ticket === '') return this.#unlessAway(confirm);
    const fields = { csrf: confirm.field('csrf'), ticket, decision: 'approve' };
    const answer = await pages.post('/device/confirm', fields);
    return answer.location.startsWith('/device/waiting') ? 'ok' : this.#unlessAway(answer);
  }

  /** The maker's app has opened this link in the browser: the code is for its device. */
  async confirm(
    browser: Browser,
    address: string,
    link: string,
  ): Promise<{ outcome: Outcome; code: string }> {
    const pages = this.#pages(browser, address);
    const opened = await pages.get(link);
    const confirm = opened.location.startsWith('/interaction/') ? await pages.get(opened.location) : opened;
    if (confirm.field('csrf') === '') return { outcome: this.#unlessAway(confirm), code: '' };
    const answer = await pages.post(opened.location, { csrf: confirm.field('csrf'), decision: 'approve' });
    const told = answer.location.startsWith('/') ? await pages.get(answer.location) : answer;
    if (told.onward === '') return { outcome: this.#unlessAway(told), code: '' };
    const back = await pages.get(told.onward);
    const code = URL.parse(back.location)?.searchParams.get('code') ?? '';
    return { outcome: code === '' ? this.#unlessAway(back) : 'ok', code };
  }

  /** What all that they and their devices send comes with. */
  get from(): Record<string, string> {
    return { 'x-forwarded-for': this.address };
  }

  get place(): EventPlace {
    return { address: this.address, userAgent: 'test' };
  }

  /** At the page of the device. */
  async deregister(browser: Browser, address: string, deviceId: string): Promise<Outcome> {
    const pages = this.#pages(browser, address);
    await this.#prepareForms(browser, pages);
    const answer = await pages.post(`/account/devices/${deviceId}/remove`, { csrf: browser.csrf });
    const done = answer.location.startsWith('/account/devices');
    return done ? 'ok' : this.#unlessAway(answer);
  }

  async look(address: string): Promise<void> {
    const browser = await this.browser();
    if (!browser) return;
    const look = await recorded('look', async () => {
      const page = await this.#pages(browser, address).get('/account');
      return page.status === 200 ? 'ok' : this.#unlessAway(page);
    });
    browser.session.looks.push(look);
  }

  /** Where the page for it is another's work, past the servers: this process is then one of them. */
  async endEverything(kind: 'sign-out' | 'password-change'): Promise<void> {
    this.#browser = undefined;
    const { accounts } = this.#site.stores;
    const entry: Entry = await recorded(kind, async () => {
      if (kind === 'sign-out') {
        const event = { kind: 'signed-out-everything', by: 'owner' } as const;
        return (await accounts.signOutEverything(this.accountId, event)) ? 'ok' : 'no';
      }
      const account = await accounts.find(this.accountId);
      const credentials = { passwordHash: `hash-${performance.now()}` };
      const event = { kind: 'password-changed', by: 'owner' } as const;
      return account && (await accounts.changePassword(account, credentials, event)) ? 'ok' : 'no';
    });
    this.history.ends.push(entry);
  }

  /** The token of a page that was shown to a visitor, as when the store was away, is none of this sign-in. */
  async #prepareForms(browser: Browser, pages: PageClient): Promise<void> {
    if (browser.csrf !== '') return;
    const page = await pages.get('/device');
    if (page.status !== 200) return;
    browser.csrf = page.field('csrf');
    browser.cookies = pages.cookies;
  }

  #pages({ cookies }: Browser, address: string): PageClient {
    const pages = new PageClient(address);
    pages.headers = { ...pages.headers, ...this.from };
    for (const [name, value] of cookies) pages.cookies.set(name, value);
    return pages;
  }

  #unlessAway({ status }: Page): Outcome {
    if (status >= 500 && status !== 503) throw new Error(`the page answered ${status}`);
    return status === 503 ? 'unknown' : 'no';
  }
}
