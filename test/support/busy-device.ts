import type { Stores } from '../../src/redis/stores.ts';
import { KeptConnection } from './kept-connection.ts';
import { OwnerBrowser } from './owner-browser.ts';
import { signedInOwner } from './test-stores.ts';

/** A linked device that refreshes again and again on its connection, and remembers what it was told. */
export class BusyDevice {
  readonly connection: KeptConnection;
  readonly failures: unknown[] = [];
  refreshes = 0;
  lasts = 0;
  readonly #issuer: string;
  #token = '';
  #isOver = false;
  #working: Promise<void> = Promise.resolve();

  constructor(issuer: string) {
    this.#issuer = issuer;
    this.connection = new KeptConnection(issuer);
  }

  async link(stores: Stores): Promise<void> {
    const { browser } = await signedInOwner(stores);
    const { body } = await this.connection.authorize();
    const userCode = String(body['user_code']).replace('-', '');
    const owner = new OwnerBrowser(this.#issuer, browser);
    // At home, where the device is.
    owner.pages.headers['x-forwarded-for'] = this.connection.network;
    await owner.decide(userCode, 'approve');
    const polled = await this.connection.poll(String(body['device_code']));
    this.#token = String(polled.body['refresh_token']);
  }

  begin(): void {
    this.#working = this.#work();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#working;
    this.connection.close();
  }

  async #work(): Promise<void> {
    while (!this.#isOver) await this.refresh().catch((error: unknown) => this.failures.push(error));
  }

  /** @throws when there is no answer; with what it was told last it goes on */
  async refresh(): Promise<void> {
    const form = { grant_type: 'refresh_token', refresh_token: this.#token };
    const { status, body, isLast } = await this.connection.post('/token', form);
    if (status !== 200) throw new Error(`the refresh was answered ${status} ${JSON.stringify(body)}`);
    this.#token = String(body['refresh_token']);
    this.refreshes += 1;
    if (isLast) this.lasts += 1;
  }
}
