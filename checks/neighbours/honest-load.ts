import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../check.ts';
import type { HonestOwner } from './honest.ts';

/** Between two acts of one owner or their device. */
const PAUSE_MS = 1500;

interface Act {
  /** What the attacker did meanwhile. */
  readonly during: string;
  readonly ms: number;
}

/** What honest owners and their devices do, how long it takes them, and what hurt them. */
export class HonestLoad {
  /** Who was hurt by what, a sentence each. */
  readonly hurt: string[] = [];
  readonly #owners: readonly HonestOwner[];
  readonly #acts: Act[] = [];

  constructor(owners: readonly HonestOwner[]) {
    this.#owners = owners;
  }

  /**
   * Every owner acts and pauses until the time is over.
   * @param attack what goes on beside them; `nothing` while they are alone
   */
  async run(ms: number, attack: () => string): Promise<void> {
    const end = performance.now() + ms;
    const live = async (owner: HonestOwner, number: number) => {
      // Not all in step.
      await sleep((PAUSE_MS / this.#owners.length) * number);
      while (performance.now() < end) {
        await this.#act(owner, attack());
        await sleep(PAUSE_MS);
      }
    };
    await Promise.all(this.#owners.map(live));
  }

  /** Acts while this attack went on; without it, beside any. */
  count(during?: string): number {
    return this.#times(during).length;
  }

  /** Milliseconds. */
  p99(during?: string): number {
    return percentile(this.#times(during), 0.99);
  }

  /** The slowest acts beside each attack. */
  byAttack(): Record<string, string> {
    const attacks = [...new Set(this.#acts.map(({ during }) => during))].filter((name) => name !== 'nothing');
    return Object.fromEntries(
      attacks.map((name) => [
        `beside ${name}`,
        `p99 ${this.p99(name).toFixed(0)} ms of ${this.count(name)} acts`,
      ]),
    );
  }

  #times(during: string | undefined): number[] {
    const fits = (act: Act) => (during === undefined ? act.during !== 'nothing' : act.during === during);
    return this.#acts.filter(fits).map(({ ms }) => ms);
  }

  async #act(owner: HonestOwner, during: string): Promise<void> {
    const { name, run } = owner.nextAct();
    const began = performance.now();
    try {
      await run();
    } catch (error) {
      this.hurt.push(`${owner.name}, ${name} beside ${during}: ${(error as Error).message}`);
    }
    this.#acts.push({ during, ms: performance.now() - began });
  }
}
