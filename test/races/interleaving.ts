/**
 * Runs several actors at once and decides, by a seed, whose next command the store gets: each command of each actor
 * waits before it is sent, and when all who are still at it wait, one of them goes on. So one seed is one order of
 * commands, over as many connections as the actors use.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { SeededRandom } from '../../checks/check.ts';

interface Waiting {
  actor: string;
  command: string;
  go(): void;
}

interface Place {
  interleaving: Interleaving;
  actor: string;
}

const place = new AsyncLocalStorage<Place>();

/**
 * So long without a step means that an actor waits for another, or that its question left with that of another (one call
 * for a turn); in milliseconds. Where a busy machine is slower than that, an order is another one than its seed's.
 */
const QUIET = 50;

type SendCommand = (command: { name: string; promise: Promise<unknown> }, ...rest: unknown[]) => unknown;

/** From now on commands on this connection wait for their turn, when an actor sends them. */
export function holdCommands(redis: object): void {
  const client = redis as { sendCommand: SendCommand };
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, ...rest) => {
    const here = place.getStore();
    if (!here) return send(command, ...rest);
    const sent = here.interleaving.turn(here.actor, command.name).then(() => send(command, ...rest));
    sent.catch(() => undefined);
    command.promise.then(...here.interleaving.afterwards());
    return command.promise;
  };
}

export class Interleaving {
  /** Which command of whom went when. */
  readonly trace: string[] = [];
  readonly #random: SeededRandom;
  readonly #waiting: Waiting[] = [];
  readonly #unfinished = new Set<string>();
  #underWay = 0;
  #looking = false;
  #quiet: NodeJS.Timeout | undefined;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Runs what another does on the actor's behalf, such as a server that got its request. */
  as<T>(actor: string, work: () => T): T {
    return place.run({ interleaving: this, actor }, work);
  }

  /** Out of turn, while everybody else stands still. */
  static now<T>(work: () => T): T {
    return place.exit(work);
  }

  /** @throws when no order of the commands leads to the end */
  async run(actors: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
    for (const name of Object.keys(actors)) this.#unfinished.add(name);
    const running = Object.entries(actors).map(async ([name, act]) => {
      try {
        await this.as(name, act);
      } finally {
        this.#unfinished.delete(name);
        this.#look();
      }
    });
    const results = await Promise.allSettled(running);
    clearTimeout(this.#quiet);
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join('; '));
  }

  turn(actor: string, command: string): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ actor, command, go });
      this.#look();
    });
  }

  /** What happens when a command has been answered, well or not. */
  afterwards(): [() => void, () => void] {
    const done = () => {
      this.#underWay -= 1;
      this.#look();
    };
    return [done, done];
  }

  /** After the actor that was answered has had the time to go on. */
  #look(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#release(), QUIET);
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(() => {
      this.#looking = false;
      const waits = (actor: string) => this.#waiting.some((one) => one.actor === actor);
      if (this.#underWay === 0 && [...this.#unfinished].every(waits)) this.#release();
    });
  }

  #release(): void {
    if (this.#waiting.length === 0) return;
    clearTimeout(this.#quiet);
    this.#waiting.sort((one, other) => (one.actor < other.actor ? -1 : one.actor > other.actor ? 1 : 0));
    const [next] = this.#waiting.splice(this.#random.whole(0, this.#waiting.length - 1), 1);
    if (!next) return;
    this.#underWay += 1;
    this.trace.push(`${next.actor}: ${next.command}`);
    next.go();
    this.#quiet = setTimeout(() => this.#release(), QUIET);
  }
}
