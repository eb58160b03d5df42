/** A device: is linked, polls and refreshes, one request after the other, as devices do, while others ask about its tokens. */
import { type Answer, API_BASIC, DeviceClient, type Tokens } from '../../test/support/device-client.ts';
import { tokensOf } from '../../test/support/linked-device.ts';
import type { Owner } from './owner.ts';
import { type DeviceHistory, type Outcome, outcomeOf, recorded } from './record.ts';

/** Asks once more for the tokens, at a server. */
type Redemption = (address: string) => Promise<Answer>;

export class Device {
  readonly owner: Owner;
  readonly history: DeviceHistory;
  readonly #redeem: Redemption;
  /** Newest last. */
  readonly #tokens: Tokens[] = [];
  #busy = false;

  /** @param redeem once, where `history` is of a device that its maker's app sets up: a second time is theft (RFC 6749 section 4.1.2) */
  constructor(owner: Owner, history: DeviceHistory, redeem: Redemption) {
    this.owner = owner;
    this.history = history;
    this.#redeem = redeem;
    owner.history.devices.push(history);
  }

  get linked(): boolean {
    return this.#tokens.length > 0;
  }

  async poll(address: string): Promise<void> {
    const { entries } = this.history;
    const kinds = entries.map(({ kind }) => kind);
    if (kinds.includes('confirm') && kinds.includes('poll')) return;
    await this.#alone('poll', async () => {
      const answer = await this.#redeem(address);
      if (answer.status === 200) this.#tokens.push(tokensOf(answer));
      return outcomeOf(answer);
    });
  }

  async refresh(address: string): Promise<void> {
    await this.#alone('refresh', async () => {
      const answer = await this.#at(address).refresh(this.#newest.refresh_token);
      if (answer.status === 200) this.#tokens.push(tokensOf(answer));
      return outcomeOf(answer);
    });
  }

  /** RFC 7009, as after a factory reset. */
  async signOff(address: string): Promise<void> {
    await this.#alone('deregister', async () =>
      outcomeOf(await this.#at(address).revoke(this.#newest.refresh_token)),
    );
  }

  /** @param back how many tokens before the newest */
  async introspect(address: string, back: number): Promise<void> {
    const token = Math.max(0, this.#tokens.length - 1 - back);
    const value = this.#tokens[token]?.access_token ?? '';
    const newest = token === this.#tokens.length - 1;
    const ask = async (): Promise<Outcome> => {
      const fields = { token: value };
      const answer = await this.#at(address).post('/token/introspection', fields, {
        authorization: API_BASIC,
      });
      if (answer.status !== 200) return outcomeOf(answer);
      return answer.body['active'] === true ? 'ok' : 'no';
    };
    this.history.entries.push(await recorded('introspect', ask, { token, newest }));
  }

  #at(address: string): DeviceClient {
    return new DeviceClient(address, this.history.client);
  }

  get #newest(): Tokens {
    const newest = this.#tokens.at(-1);
    if (!newest) throw new TypeError('the device has no tokens');
    return newest;
  }

  async #alone(kind: 'poll' | 'refresh' | 'deregister', ask: () => Promise<Outcome>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.history.entries.push(await recorded(kind, ask));
    this.#busy = false;
  }
}
