/** What devices, apps and owners do all day, sample by sample, with what each of them may hear. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, API_BASIC, type DeviceClient, type Tokens } from '../../test/support/device-client.ts';
import { eventually } from '../../test/support/eventually.ts';
import type { Installation } from '../../test/support/installation.ts';
import { codesOf, errorOf, tokensOf } from '../../test/support/linked-device.ts';
import { Unavailable } from '../../test/support/owner-browser.ts';

export interface Sample {
  what: string;
  /** Milliseconds of `performance.now()`. */
  began: number;
  ended: number;
  /** Milliseconds that its slowest request took: some ask more than once. */
  slowest: number;
  /** `wrong`: said with confidence, and not so. `silent`: no answer at all. */
  outcome: 'right' | 'unavailable' | 'silent' | 'wrong';
  /** What was heard. */
  said: string;
}

/** Where devices and owners go. */
export type Site = Pick<Installation, 'device' | 'owner'>;

/** Asks once; gives what was heard when it is neither right nor a 503. */
type Ask = (timer: Timer) => Promise<{ status: number; wrong?: string }>;

/** For errands of several requests. */
class Timer {
  slowest = 0;

  async time<T>(request: Promise<T>): Promise<T> {
    const began = performance.now();
    const answer = await request;
    this.slowest = Math.max(this.slowest, performance.now() - began);
    return answer;
  }
}

/** How long a client waits before asking again; 503 says so, too. */
const PAUSE = 50;

export class Workload {
  readonly samples: Sample[] = [];
  readonly #installation: Site;
  readonly #workers: Promise<void>[] = [];
  #over = false;

  constructor(installation: Site) {
    this.#installation = installation;
  }

  /** Links the devices and lets everybody begin. */
  async begin(size: number): Promise<void> {
    for (let index = 0; index < size; index += 1) {
      const [refreshing, read, ended] = [await this.#link(), await this.#link(), await this.#link()];
      await ended.device.revoke(ended.tokens.refresh_token);
      this.#every('refresh', () => refresh(refreshing));
      this.#every('introspect an active token', () => introspect(read, true));
      this.#every('introspect an ended token', () => introspect(ended, false));
      const pending = codesOf(await read.device.authorize());
      this.#every('poll', () => poll(read.device, pending.deviceCode));
      this.#every('ask for a code', () => authorize(read.device));
    }
    this.#every('approve', await this.#approving());
  }

  async end(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#workers);
  }

  /** A busy server may say 503 before the outage too: the device asks for a new code then, as its owner would make it. */
  #link(): Promise<{ device: DeviceClient; tokens: Tokens }> {
    const device = this.#installation.device();
    return eventually('a linked device', async () => {
      const asked = await device.authorize();
      if (asked.status === 503) return undefined;
      const { userCode, deviceCode } = codesOf(asked);
      const owner = await this.#installation.owner();
      const isLinked = await owner.decide(userCode, 'approve').then(() => true, unlessUnavailable);
      const answer = isLinked && (await device.poll(deviceCode));
      return answer && answer.status !== 503 && { device, tokens: tokensOf(answer) };
    });
  }

  async #approving(): Promise<Ask> {
    const owner = await this.#installation.owner();
    const device = this.#installation.device();
    return async (timer) => {
      const asked = await timer.time(device.authorize());
      if (asked.status === 503) return asked;
      const { userCode, deviceCode } = codesOf(asked);
      owner.slowest = 0;
      const outcome = await owner.decide(userCode, 'approve').finally(() => {
        timer.slowest = Math.max(timer.slowest, owner.slowest);
      });
      if (outcome !== 'linked') return { status: 400, wrong: outcome };
      const answer = await timer.time(device.poll(deviceCode));
      return answer.status === 200 ? answer : { status: answer.status, wrong: String(errorOf(answer)) };
    };
  }

  #every(what: string, ask: Ask): void {
    const work = async () => {
      while (!this.#over) {
        this.samples.push(await sample(what, ask));
        await sleep(PAUSE);
      }
    };
    this.#workers.push(work());
  }
}

/** @throws what is not a 503 */
function unlessUnavailable(error: unknown): false {
  if (error instanceof Unavailable) return false;
  throw error;
}

async function sample(what: string, ask: Ask): Promise<Sample> {
  const began = performance.now();
  const timer = new Timer();
  const done = (outcome: Sample['outcome'], said: string): Sample => {
    const ended = performance.now();
    return { what, began, ended, slowest: timer.slowest || ended - began, outcome, said };
  };
  try {
    const { status, wrong } = await ask(timer);
    if (status === 503) return done('unavailable', '503');
    if (status >= 500) return done('wrong', String(status));
    return wrong === undefined ? done('right', String(status)) : done('wrong', wrong);
  } catch (error) {
    if (error instanceof Unavailable) return done('unavailable', '503');
    return done('silent', error instanceof Error ? error.message : String(error));
  }
}

async function refresh(held: { device: DeviceClient; tokens: Tokens }) {
  const answer = await held.device.refresh(held.tokens.refresh_token);
  if (answer.status !== 200) return unexpected(answer);
  held.tokens = tokensOf(answer);
  return answer;
}

async function introspect({ device, tokens }: { device: DeviceClient; tokens: Tokens }, active: boolean) {
  const form = { token: tokens.access_token };
  const answer = await device.post('/token/introspection', form, { authorization: API_BASIC });
  if (answer.status === 200 && answer.body['active'] === active) return answer;
  return unexpected(answer);
}

async function poll(device: DeviceClient, deviceCode: string) {
  const answer = await device.poll(deviceCode);
  const error = String(errorOf(answer));
  return ['authorization_pending', 'slow_down'].includes(error) ? answer : unexpected(answer);
}

async function authorize(device: DeviceClient) {
  const answer = await device.authorize();
  return answer.status === 200 ? answer : unexpected(answer);
}

function unexpected({ status, body }: Answer) {
  return { status, wrong: `${status} ${JSON.stringify(body).slice(0, 100)}` };
}
