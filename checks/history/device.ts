/** A device: polls and refreshes one request after the other, as devices do, while others ask about its tokens. */
import { type Answer, DeviceClient, type Tokens } from '../../test/support/device-client.ts';
import { codesOf, type DeviceCodes, errorOf, tokensOf } from '../../test/support/linked-device.ts';
import type { Owner } from './owner.ts';
import { type DeviceHistory, type Outcome, recorded } from './record.ts';

export class Device {
  readonly owner: Owner;
  readonly history: DeviceHistory;
  readonly #codes: DeviceCodes;
  /** Newest last. */
  readonly #tokens: Tokens[] = [];
  #busy = false;

  private constructor(owner: Owner, history: DeviceHistory, codes: DeviceCodes) {
    this.owner = owner;
    this.#codes = codes;
    this.history = history;
    owner.history.devices.push(this.history);
  }

  /** Asks for a code and has it approved; `undefined` when no owner can approve it, or there is no code. */
  static async link(owner: Owner, name: string, addresses: [string, string]): Promise<Device | undefined> {
    const browser = await owner.browser();
    if (!browser) return undefined;
    const began = performance.now();
    const answer = await askForCode(addresses[0], name, owner.address).catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    const asked = { began, done: performance.now() };
    const history = { name, session: browser.session, asked, entries: [] };
    const device = new Device(owner, history, codesOf(answer));
    const { userCode } = device.#codes;
    const approval = await recorded('approve', () => owner.approve(browser, addresses[1], userCode));
    device.history.entries.push(approval);
    return device;
  }

  get linked(): boolean {
    return this.#tokens.length > 0;
  }

  async poll(address: string): Promise<void> {
    await this.#alone('poll', async () => {
      const answer = await new DeviceClient(address).poll(this.#codes.deviceCode);
      if (answer.status === 200) this.#tokens.push(tokensOf(answer));
      return errorOf(answer) === 'authorization_pending' || errorOf(answer) === 'slow_down'
        ? 'pending'
        : outcomeOf(answer);
    });
  }

  async refresh(address: string): Promise<void> {
    await this.#alone('refresh', async () => {
      const answer = await new DeviceClient(address).refresh(this.#newest.refresh_token);
      if (answer.status === 200) this.#tokens.push(tokensOf(answer));
      return outcomeOf(answer);
    });
  }

  /** RFC 7009, as after a factory reset. */
  async signOff(address: string): Promise<void> {
    await this.#alone('deregister', async () =>
      outcomeOf(await new DeviceClient(address).revoke(this.#newest.refresh_token)),
    );
  }

  /** @param back how many tokens before the newest */
  async introspect(address: string, back: number): Promise<void> {
    const token = Math.max(0, this.#tokens.length - 1 - back);
    const value = this.#tokens[token]?.access_token ?? '';
    const newest = token === this.#tokens.length - 1;
    const ask = async (): Promise<Outcome> => {
      const fields = { token: value };
      const answer = await new DeviceClient(address).post('/token/introspection', fields, {
        authorization: API,
      });
      if (answer.status !== 200) return outcomeOf(answer);
      return answer.body['active'] === true ? 'ok' : 'no';
    };
    this.history.entries.push(await recorded('introspect', ask, { token, newest }));
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

function askForCode(server: string, name: string, address: string): Promise<Answer> {
  const client = new DeviceClient(server);
  const fields = { client_id: client.clientId, scope: 'openid offline_access', device_name: name };
  return client.post('/device/auth', fields, { 'x-forwarded-for': address });
}

const API = `Basic ${btoa('api:a+secret+of+the+API+for+its+tests%2C+40+chars')}`;

function outcomeOf(answer: Answer): Outcome {
  const { status } = answer;
  if (status === 503) return 'unknown';
  if (status >= 500) throw new Error(`an answer of ${status}`);
  return status === 200 ? 'ok' : 'no';
}
