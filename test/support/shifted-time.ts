import type { TestStores } from './test-stores.ts';

/** Lets time pass for one device code, by moving what the store has noted of it into the past. */
export class ShiftedTime {
  readonly #stores: TestStores;

  constructor(stores: TestStores) {
    this.#stores = stores;
  }

  /** As if the last accepted poll had been this much longer ago. */
  async sincePoll(deviceCode: string, seconds: number): Promise<void> {
    await this.#shift(deviceCode, 'polled', seconds);
  }

  /** As if the code were this much older. */
  async sinceIssued(deviceCode: string, seconds: number): Promise<void> {
    await this.#shift(deviceCode, 'exp', seconds);
  }

  async interval(deviceCode: string): Promise<number> {
    const { redis } = this.#stores.connection;
    return Number(await redis.hget(this.#key(deviceCode), 'interval')) / 1000;
  }

  async #shift(deviceCode: string, field: string, seconds: number): Promise<void> {
    await this.#stores.connection.redis.hincrby(this.#key(deviceCode), field, -Math.round(seconds * 1000));
  }

  #key(deviceCode: string): string {
    const { keyring, prefix } = this.#stores;
    return `${prefix}DeviceCode:{${keyring.mac('DeviceCode', deviceCode)}}`;
  }
}
