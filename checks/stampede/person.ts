import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEVICE_GRANT } from '../../test/support/device-client.ts';
import { type Page, PageClient } from '../../test/web/page-client.ts';
import { type Door, post, type Reply } from './exchange.ts';

interface PersonState {
  name: string;
  email: string;
  password: string;
  /** Of the home, where the devices are that come back. */
  address: string;
  /** Of the browser that they have signed in with before. */
  cookies: readonly (readonly [string, string])[];
}

/** How a page was, for those who wait for it. */
interface PageTime {
  what: string;
  ms: number;
}

const CLIENT = 'living-room-tv';
/** Of one request of the device, which waits as it is told in between. */
const MAX_TRIES = 50;
/** Seconds between two polls; the server says 5. */
const INTERVAL = 5;
/** Milliseconds for which an owner looks at a page that does not come before they ask for it again. */
const TIMEOUT = 10_000;
/** So often one page or form is asked for at most: again where nothing has come, or where the server says that it is busy. */
const MAX_PRESSED = 5;
/** Seconds until the next time, where no time was told. */
const PAUSE = 3;
/** So many codes one device shows at most: one whose tokens were lost on their way begins anew (docs/protocol.md). */
const MAX_CODES = 3;

/** An owner who signs in and links a device while all others of the town come back. */
export class Person {
  readonly times: PageTime[] = [];
  /** What did not go as it should, a sentence each. */
  readonly hurts: string[] = [];
  linked = 0;
  /** How often a page or form was asked for again, and a device began anew. */
  pressedAgain = 0;
  begunAnew = 0;
  readonly #origin: string;
  readonly #state: PersonState;
  readonly #pages: PageClient;

  constructor(origin: string, state: PersonState) {
    this.#origin = origin;
    this.#state = state;
    this.#pages = new PageClient(origin);
    this.#pages.headers = { ...this.#pages.headers, 'x-forwarded-for': state.address };
    this.#pages.agent = new Agent({ keepAlive: true, maxSockets: 6 });
    this.#pages.timeout = TIMEOUT;
    for (const [name, value] of state.cookies) this.#pages.cookies.set(name, value);
  }

  /** A time through: from the password to a device that has its tokens. */
  async linkDevice(): Promise<void> {
    try {
      await this.signIn();
      for (let codes = 1; !(await this.#link()); codes += 1) {
        if (codes === MAX_CODES) throw new Error(`no tokens for the device, with ${MAX_CODES} codes`);
        this.begunAnew += 1;
      }
      this.linked += 1;
    } catch (error) {
      this.hurts.push(`${this.#state.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** With the password: one hash. */
  async signIn(): Promise<void> {
    const { email, password } = this.#state;
    const form = await this.#page('the page to sign in', 200, () => this.#pages.get('/sign-in?again=yes'));
    const fields = { csrf: form.field('csrf'), email, password, return_to: '/account' };
    await this.#page('signing in', 303, () => this.#pages.post('/sign-in', fields));
  }

  /**
   * The device waits its turn among the others; the owner does not.
   * @returns whether the device has its tokens; it has none where they were lost on their way: its code is used up then
   */
  async #link(): Promise<boolean> {
    const codes = await this.#ask('/device/auth', { scope: 'openid offline_access' });
    const userCode = String(codes.body['user_code']).replace('-', '');
    const entry = await this.#page('the page for codes', 200, () => this.#pages.get('/device'));
    const entered = { csrf: entry.field('csrf'), user_code: userCode };
    const confirm = await this.#page('the code', 200, () => this.#pages.post('/device', entered));
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    const decided = { csrf, ticket, user_code: userCode, decision: 'approve' };
    const done = await this.#page('approving', 303, () => this.#pages.post('/device/confirm', decided));
    if (!done.location.startsWith('/device/')) throw new Error(`approving led to ${done.location}`);
    const form = { grant_type: DEVICE_GRANT, device_code: String(codes.body['device_code']) };
    const tokens = await this.#ask('/token', form);
    return typeof tokens.body['refresh_token'] === 'string';
  }

  /** As a device asks: again when it is told to, and where it has heard nothing. */
  async #ask(path: string, fields: Record<string, string>): Promise<Reply> {
    const port = Number(new URL(this.#origin).port);
    const door: Door = { port, from: '127.0.0.1', address: this.#state.address };
    let unheard = 0;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const reply = await post(door, path, { client_id: CLIENT, ...fields });
      if (reply?.status === 200) return reply;
      if (reply && unheard > 0 && reply.body['error'] === 'invalid_grant') return reply;
      if (reply && reply.status !== 503)
        throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
      if (!reply) unheard += 1;
      await sleep((reply?.retryAfter ?? INTERVAL) * 1000);
    }
    throw new Error(`${path} was refused ${MAX_TRIES} times`);
  }

  /** As an owner asks: once more where nothing has come, or where the page says that the server is busy. Its time is that of all tries. */
  async #page(what: string, status: number, ask: () => Promise<Page>): Promise<Page> {
    const began = performance.now();
    for (let pressed = 1; ; pressed += 1) {
      const page = await ask().catch((error: NodeJS.ErrnoException) => error);
      if (!(page instanceof Error) && page.status !== 503) {
        this.times.push({ what, ms: performance.now() - began });
        if (page.status !== status) throw new Error(`${what}: ${page.status} ${page.location}`);
        return page;
      }
      const came = page instanceof Error ? page.message : '503';
      if (pressed === MAX_PRESSED) throw new Error(`${what}: ${came}, asked for ${pressed} times`);
      this.pressedAgain += 1;
      await sleep(page instanceof Error ? 0 : Number(page.headers['retry-after'] ?? PAUSE) * 1000);
    }
  }
}
