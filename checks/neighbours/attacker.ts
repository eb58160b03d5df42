import type { DeviceClient } from '../../test/support/device-client.ts';
import { codesOf, tokensOf } from '../../test/support/linked-device.ts';
import type { MailSink } from '../../test/support/mail-sink.ts';
import { MAILED_OWNER_PASSWORD, mailedOwner } from '../../test/support/mailed-owner.ts';
import { PageClient } from '../../test/web/page-client.ts';
import type { SeededRandom } from '../check.ts';
import { DeviceAt } from './honest.ts';

export const ATTACKERS_ACCOUNTS = 10;
export const NETWORKS = 50;
/** The attacker's network with this number; honest owners may live in it, too. */
export const attackersNetwork = (number: number, host: number) => `198.18.${number}.${host}`;

interface Account {
  readonly email: string;
  readonly pages: PageClient;
}

/** One attacker with ten accounts and fifty networks. Each kind of attack is one request, or a few that belong together. */
export class Attacker {
  /** How often each kind was tried, and what the server could not answer (5xx but 503). */
  readonly tries = new Map<string, number>();
  readonly failures: string[] = [];
  readonly #origin: string;
  readonly #accounts: readonly Account[];
  readonly #victims: readonly string[];
  readonly #random: SeededRandom;

  private constructor(
    origin: string,
    accounts: readonly Account[],
    victims: readonly string[],
    random: SeededRandom,
  ) {
    this.#origin = origin;
    this.#accounts = accounts;
    this.#victims = victims;
    this.#random = random;
  }

  /** @param victims emails of honest owners */
  static async join(
    origin: string,
    sink: MailSink,
    victims: readonly string[],
    random: SeededRandom,
  ): Promise<Attacker> {
    const accounts: Account[] = [];
    for (let number = 0; number < ATTACKERS_ACCOUNTS; number += 1) {
      const { email, browser } = await mailedOwner(origin, sink, attackersNetwork(number, 66));
      accounts.push({ email, pages: browser });
    }
    return new Attacker(origin, accounts, victims, random);
  }

  /** What the attacker does to wear others down, by name. */
  readonly kinds: Readonly<Record<string, () => Promise<number>>> = {
    'device codes of 50,000 characters': () => this.#codes('x'.repeat(50_000)),
    'device codes': () => this.#codes('n'),
    'guesses at user codes': () => this.#guessCodes(),
    'guesses at passwords': () => this.#signIn(this.#random.pick(this.#victims), 'not the password'),
    'sign-ins to the attacker’s accounts': () =>
      this.#signIn(this.#random.pick(this.#accounts).email, MAILED_OWNER_PASSWORD),
    'sign-ups': () =>
      this.#visit('/sign-up', { name: 'Eve', email: this.#newEmail(), password: MAILED_OWNER_PASSWORD }),
    'forgotten passwords': () => this.#visit('/forgot-password', { email: this.#random.pick(this.#victims) }),
    'alerts of devices linked and ended': () => this.#alerts(),
    'proofs of passwords': () => this.#hashes(),
    lists: () => this.#lists(),
    'waiting sign-ins of apps': () => this.#waitingSignIns(),
    'polls of unknown codes': () => this.#poll(),
  };

  async attack(kind: string): Promise<void> {
    this.tries.set(kind, (this.tries.get(kind) ?? 0) + 1);
    try {
      const status = (await this.kinds[kind]?.()) ?? 0;
      if (status >= 500 && status !== 503) this.failures.push(`${kind} was answered ${status}`);
    } catch (error) {
      this.failures.push(`${kind} was not answered: ${(error as Error).message}`);
    }
  }

  #address(): string {
    return attackersNetwork(this.#random.whole(0, NETWORKS - 1), this.#random.whole(60, 250));
  }

  #newEmail(): string {
    return `${crypto.randomUUID()}@example.org`;
  }

  #device(): DeviceClient {
    return new DeviceAt(this.#origin, this.#address());
  }

  #visitor(): PageClient {
    const pages = new PageClient(this.#origin);
    pages.headers = { ...pages.headers, 'x-forwarded-for': this.#address() };
    return pages;
  }

  /** One of the attacker's accounts, from one of the networks. */
  #account(): Account {
    const account = this.#random.pick(this.#accounts);
    account.pages.headers = { ...account.pages.headers, 'x-forwarded-for': this.#address() };
    return account;
  }

  async #codes(nonce: string): Promise<number> {
    return (await this.#device().authorize({ nonce })).status;
  }

  async #guessCodes(): Promise<number> {
    const letters = Array.from({ length: 8 }, () => this.#random.pick([...'BCDFGHJKLMNPQRSTVWXZ'])).join('');
    return (await this.#account().pages.submit('/device', '/device', { user_code: letters })).status;
  }

  #signIn(email: string, password: string): Promise<number> {
    return this.#visit('/sign-in', { email, password, return_to: '/account' });
  }

  async #visit(path: string, fields: Record<string, string>): Promise<number> {
    return (await this.#visitor().submit(path, path, fields)).status;
  }

  async #alerts(): Promise<number> {
    const device = this.#device();
    const asked = await device.authorize({ device_name: 'Eve' });
    if (asked.status !== 200) return asked.status;
    const { deviceCode, userCode } = codesOf(asked);
    const { pages } = this.#account();
    const confirm = await pages.submit('/device', '/device', { user_code: userCode });
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    await pages.post('/device/confirm', { csrf, ticket, user_code: userCode, decision: 'approve' });
    const answer = await device.poll(deviceCode);
    if (answer.status === 200) await device.revoke(tokensOf(answer).refresh_token);
    return answer.status;
  }

  /** Changing the password asks for it however fresh the last proof is: each try is a hash. */
  async #hashes(): Promise<number> {
    const { pages } = this.#account();
    const page = await pages.get('/account/security/password');
    const fields = { csrf: page.field('csrf'), held: page.field('held'), password: 'not the password' };
    return (await pages.post('/account/prove', fields)).status;
  }

  async #lists(): Promise<number> {
    const path = this.#random.pick(['/account/devices', '/account/browsers', '/account/activity']);
    return (await this.#account().pages.get(path)).status;
  }

  async #waitingSignIns(): Promise<number> {
    const query = new URLSearchParams({
      client_id: 'notes',
      redirect_uri: 'https://notes.example.com/signed-in',
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      state: 's'.repeat(4000),
    });
    return (await this.#visitor().get(`/auth?${query.toString()}`)).status;
  }

  async #poll(): Promise<number> {
    return (await this.#device().poll(crypto.randomUUID())).status;
  }
}
