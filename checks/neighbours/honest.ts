import { type Answer, API_BASIC, DeviceClient } from '../../test/support/device-client.ts';
import { codesOf, tokensOf } from '../../test/support/linked-device.ts';
import type { MailSink } from '../../test/support/mail-sink.ts';
import { MAILED_OWNER_PASSWORD, mailedOwner } from '../../test/support/mailed-owner.ts';
import { type Page, PageClient } from '../../test/web/page-client.ts';
import { SeededRandom } from '../check.ts';

/** What an honest owner or device was after did not come. */
class Hurt extends Error {}

/** From a network of its own, where the server hears of it from a proxy. */
export class DeviceAt extends DeviceClient {
  readonly #address: string;

  constructor(issuer: string, address: string) {
    super(issuer, 'tv');
    this.#address = address;
  }

  override post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return super.post(path, fields, { 'x-forwarded-for': this.#address, ...headers });
  }
}

/** All that an owner needs to go on in another process. */
export interface OwnerState {
  readonly name: string;
  readonly email: string;
  readonly origin: string;
  readonly browserAt: string;
  readonly deviceAt: string;
  /** Of the browser in which the owner is signed in, by name. */
  readonly cookies: readonly (readonly [string, string])[];
  readonly tokens: { readonly access_token: string; readonly refresh_token: string };
  readonly seed: number;
}

/** One owner in a browser that is known, with a device; what they do all day, an act at a time. */
export class HonestOwner {
  readonly name: string;
  readonly email: string;
  readonly #state: OwnerState;
  readonly #pages: PageClient;
  readonly #device: DeviceAt;
  readonly #random: SeededRandom;
  #tokens: { access_token: string; refresh_token: string };

  constructor(state: OwnerState) {
    this.name = state.name;
    this.email = state.email;
    this.#state = state;
    this.#pages = new PageClient(state.origin);
    this.#pages.headers = { ...this.#pages.headers, 'x-forwarded-for': state.browserAt };
    for (const [name, value] of state.cookies) this.#pages.cookies.set(name, value);
    this.#device = new DeviceAt(state.origin, state.deviceAt);
    this.#random = new SeededRandom(state.seed);
    this.#tokens = state.tokens;
  }

  /** Creates an account at the pages, with the code from the mail, and links a device. */
  static async join(
    of: Pick<OwnerState, 'name' | 'origin' | 'browserAt' | 'deviceAt' | 'seed'>,
    sink: MailSink,
  ): Promise<OwnerState> {
    const { email, browser } = await mailedOwner(of.origin, sink, of.browserAt);
    const tokens = { access_token: '', refresh_token: '' };
    const owner = new HonestOwner({ ...of, email, cookies: [...browser.cookies], tokens });
    await owner.link();
    return owner.state;
  }

  get state(): OwnerState {
    return { ...this.#state, cookies: [...this.#pages.cookies], tokens: this.#tokens };
  }

  /** Seldom a sign-in or a new device, mostly what devices and APIs do all day. */
  nextAct(): { name: string; run: () => Promise<void> } {
    const acts: [number, string, () => Promise<void>][] = [
      [4, 'refreshing', () => this.#refresh()],
      [4, 'an API that asks about a token', () => this.#introspect()],
      [2, 'userinfo', () => this.#userinfo()],
      [3, 'looking at the devices', () => this.#look('/account/devices')],
      [1, 'looking at the browsers', () => this.#look('/account/browsers')],
      [1, 'looking at what happened', () => this.#look('/account/activity')],
      [1, 'signing in', () => this.#signIn()],
      [1, 'linking a device', () => this.link()],
    ];
    let place = this.#random.whole(
      1,
      acts.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, name, run] of acts) {
      place -= weight;
      if (place <= 0) return { name, run };
    }
    throw new Error('there is no such act');
  }

  async link(): Promise<void> {
    const asked = served('the code', 200, await this.#device.authorize({ device_name: 'Kitchen' }));
    const { deviceCode, userCode } = codesOf(asked);
    const confirm = await this.#pages.submit('/device', '/device', { user_code: userCode });
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    if (ticket === '') throw new Hurt(`the code led to ${told(confirm)}`);
    const fields = { csrf, ticket, user_code: userCode, decision: 'approve' };
    const decided = await this.#proved(await this.#pages.post('/device/confirm', fields));
    if (!decided.location.startsWith('/device/waiting')) throw new Hurt(`allowing led to ${told(decided)}`);
    this.#tokens = tokensOf(served('the poll', 200, await this.#device.poll(deviceCode)));
  }

  async #refresh(): Promise<void> {
    this.#tokens = tokensOf(
      served('the refresh', 200, await this.#device.refresh(this.#tokens.refresh_token)),
    );
  }

  async #introspect(): Promise<void> {
    const fields = { token: this.#tokens.access_token };
    const headers = { authorization: API_BASIC };
    const answer = served(
      'introspection',
      200,
      await this.#device.post('/token/introspection', fields, headers),
    );
    if (answer.body['active'] !== true) throw new Hurt('an active token is called inactive');
  }

  async #userinfo(): Promise<void> {
    served('userinfo', 200, await this.#device.userinfo(this.#tokens.access_token));
  }

  async #look(path: string): Promise<void> {
    const page = await this.#pages.get(path);
    if (page.status !== 200) throw new Hurt(`${path} led to ${told(page)}`);
  }

  async #signIn(): Promise<void> {
    const fields = { email: this.email, password: MAILED_OWNER_PASSWORD, return_to: '/account' };
    const page = await this.#pages.submit('/sign-in?again=yes', '/sign-in', fields);
    if (page.status !== 303) throw new Hurt(`the right password led to ${told(page)}`);
  }

  /** Gives the password, where a fresh proof is asked for. */
  async #proved(page: Page): Promise<Page> {
    const held = page.field('held');
    if (held === '') return page;
    const fields = { csrf: page.field('csrf'), held, password: MAILED_OWNER_PASSWORD };
    return this.#pages.post('/account/prove', fields);
  }
}

function served(what: string, status: number, answer: Answer): Answer {
  if (answer.status === status) return answer;
  throw new Hurt(`${what} was answered ${answer.status} ${String(answer.body['error'] ?? '')}`);
}

/** A page in a few words. */
function told({ status, location, text }: Page): string {
  const [, alert = ''] = /role="alert"[^>]*>([\s\S]*?)<\/(?:div|p|section)>/.exec(text) ?? [];
  const words = alert
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return [status, location, words.slice(0, 120)].filter(Boolean).join(' ');
}
