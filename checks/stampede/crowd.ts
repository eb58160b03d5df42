import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../check.ts';
import { type Door, post } from './exchange.ts';

/** All that a device needs to come back. */
export interface SleepingDevice {
  clientId: string;
  refreshToken: string;
  /** Of the home that it stands in. */
  address: string;
}

export interface CrowdOrder {
  port: number;
  devices: readonly SleepingDevice[];
  /** Seconds within which all have started. */
  boot: number;
  /** Seconds after which those who are not back give up. */
  timeout: number;
  /** Names it among the crowds: each comes from addresses of its own. */
  number: number;
  seed: number;
}

export interface Progress {
  back: number;
  refused: number;
  unheard: number;
}

/** What became of one device. */
export interface Comeback {
  /** Milliseconds from its first request on; absent: it is not back. */
  after?: number;
  /** Of the request that was answered with tokens. */
  took?: number;
  refreshToken: string;
  /** What it was told in place of tokens, where that was no time to come again. */
  wrong?: string;
}

export interface CrowdOutcome {
  comebacks: Comeback[];
  progress: Progress;
  /** Seconds that those who found no place were told, and how many were told each. */
  told: [seconds: number, count: number][];
}

/** Addresses of this machine that one crowd comes from. */
const SOURCES = 4;
/** Milliseconds for which a device keeps a connection that it has no use for. */
const KEPT = 30_000;
/** Seconds that a device waits after no answer at all, the longer the more often it has tried. */
const PAUSES = [10, 20, 40, 60];

/** Devices that lost their current together: each refreshes as soon as it has started, and as often as it has to. */
export class Crowd {
  readonly progress: Progress = { back: 0, refused: 0, unheard: 0 };
  readonly #order: CrowdOrder;
  readonly #random: SeededRandom;
  readonly #told = new Map<number, number>();
  #end = 0;

  constructor(order: CrowdOrder) {
    this.#order = order;
    this.#random = new SeededRandom(order.seed);
  }

  /** @returns when all are back, or time is up */
  async run(): Promise<CrowdOutcome> {
    const { devices, timeout } = this.#order;
    this.#end = performance.now() + timeout * 1000;
    const comebacks = await Promise.all(devices.map((device, index) => this.#start(device, index)));
    return { comebacks, progress: this.progress, told: [...this.#told] };
  }

  async #start(device: SleepingDevice, index: number): Promise<Comeback> {
    const { port, boot, number } = this.#order;
    await sleep(this.#random.next() * boot * 1000);
    const from = `127.0.${number + 1}.${1 + (index % SOURCES)}`;
    const door: Door = { port, from, address: device.address };
    const comeback = await this.#comeBack(device, door);
    setTimeout(() => door.kept?.destroy(), KEPT).unref();
    return comeback;
  }

  async #comeBack({ clientId, refreshToken }: SleepingDevice, door: Door): Promise<Comeback> {
    const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken };
    const began = performance.now();
    let unheard = 0;
    while (performance.now() < this.#end) {
      const asked = performance.now();
      const reply = await post(door, '/token', form);
      if (reply?.status === 200) {
        this.progress.back += 1;
        const now = performance.now();
        return { after: now - began, took: now - asked, refreshToken: String(reply.body['refresh_token']) };
      }
      if (reply?.status === 503 && reply.retryAfter !== undefined) await this.#waitAsTold(reply.retryAfter);
      else if (reply) return { refreshToken, wrong: `${reply.status} ${JSON.stringify(reply.body)}` };
      else await this.#waitUnheard(unheard++);
    }
    return { refreshToken };
  }

  async #waitAsTold(seconds: number): Promise<void> {
    this.progress.refused += 1;
    this.#told.set(seconds, (this.#told.get(seconds) ?? 0) + 1);
    // It is told in whole seconds, and no clock is that exact.
    await sleep((seconds + this.#random.next()) * 1000);
  }

  async #waitUnheard(before: number): Promise<void> {
    this.progress.unheard += 1;
    const seconds = PAUSES[Math.min(before, PAUSES.length - 1)] ?? 0;
    await sleep(seconds * (0.5 + this.#random.next() / 2) * 1000);
  }
}
