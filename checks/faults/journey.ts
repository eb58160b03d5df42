/** One device and its owner, who write down what the server has acknowledged, and hold it to that afterwards. */
import type { DeviceClient, Tokens } from '../../test/support/device-client.ts';
import { codesOf, type DeviceCodes, errorOf, tokensOf } from '../../test/support/linked-device.ts';
import { type OwnerBrowser, Unavailable } from '../../test/support/owner-browser.ts';
import type { SeededRandom } from '../check.ts';

/** What is known for certain. `…ing`: asked for, and the answer did not come through. */
type Stage =
  | 'nothing'
  | 'asked'
  | 'deciding'
  | 'approved'
  | 'denied'
  | 'polling'
  | 'signed-in'
  | 'revoking'
  | 'revoked';

export class Journey {
  readonly owner: OwnerBrowser;
  readonly #device: DeviceClient;
  stage: Stage = 'nothing';
  /** The newest that the device was given. */
  tokens: Tokens | undefined;
  /** Changes that the server has said are made. */
  acknowledged = 0;
  #codes: DeviceCodes | undefined;
  #decision: 'approve' | 'deny' = 'approve';

  constructor(device: DeviceClient, owner: OwnerBrowser) {
    this.#device = device;
    this.owner = owner;
  }

  /** From the code to some refreshes, and perhaps the end; stops where an answer is missing. */
  async travel(random: SeededRandom): Promise<void> {
    this.#decision = random.next() < 0.85 ? 'approve' : 'deny';
    const refreshes = random.whole(1, 4);
    const leaves = random.next() < 0.4;
    try {
      await this.link();
      if (this.stage !== 'signed-in') return;
      for (let count = 0; count < refreshes; count += 1) await this.refresh();
      if (leaves) await this.revoke();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }

  /** @throws NoAnswer */
  async link(): Promise<void> {
    await this.ask();
    await this.goOn();
  }

  /** For a code. @throws NoAnswer */
  async ask(): Promise<void> {
    const asked = await answered(() => this.#device.authorize());
    this.#codes = codesOf(asked);
    this.stage = 'asked';
    this.acknowledged += 1;
  }

  /** With the code that was asked for: the owner decides, the device is given its tokens. @throws NoAnswer */
  async goOn(): Promise<void> {
    const { userCode, deviceCode } = this.#codes ?? { userCode: '', deviceCode: '' };
    this.stage = 'deciding';
    const outcome = await answered(() => this.owner.decide(userCode, this.#decision));
    if (outcome === 'gone') throw new Error('a code that nobody has used is gone');
    this.stage = outcome === 'linked' ? 'approved' : 'denied';
    this.acknowledged += 1;
    if (this.stage === 'denied') return;
    this.stage = 'polling';
    const answer = await answered(() => this.#device.poll(deviceCode));
    if (answer.status !== 200) throw new Error(`an approved code gave ${String(errorOf(answer))}`);
    this.tokens = tokensOf(answer);
    this.stage = 'signed-in';
    this.acknowledged += 1;
  }

  /** Once more the old token, where the answer was lost: that is what honest devices do. */
  async refresh(): Promise<void> {
    const answer = await answered(() => this.#device.refresh(this.tokens?.refresh_token ?? ''));
    if (answer.status !== 200) throw new Error(`an honest refresh gave ${String(errorOf(answer))}`);
    this.tokens = tokensOf(answer);
    this.acknowledged += 1;
  }

  async revoke(): Promise<void> {
    this.stage = 'revoking';
    const answer = await answered(() => this.#device.revoke(this.tokens?.refresh_token ?? ''));
    if (answer.status !== 200) throw new Error(`a revocation gave ${String(errorOf(answer))}`);
    this.stage = 'revoked';
    this.acknowledged += 1;
  }

  /** Whether the store behind this device serves again. */
  async isServed(): Promise<boolean> {
    return (await this.#device.userinfo(this.tokens?.access_token ?? '')).status !== 503;
  }

  /**
   * Whether everything that was acknowledged is still so, by asking as a device would. Goes on from where the
   * journey was: what was left open is known afterwards.
   * @returns what does not hold, a sentence each
   */
  async verify(): Promise<string[]> {
    const wrong: string[] = [];
    const expect = (condition: boolean, claim: string) => {
      if (!condition) wrong.push(`${this.stage}: ${claim}`);
    };
    if (this.stage === 'nothing' || this.stage === 'asked' || this.#codes === undefined) return wrong;
    await this.#verifyCode(expect);
    await this.#verifyTokens(expect);
    return wrong;
  }

  async #verifyCode(expect: (condition: boolean, claim: string) => void): Promise<void> {
    const answer = await this.#device.poll(this.#codes?.deviceCode ?? '');
    const said = answer.status === 200 ? 'tokens' : String(errorOf(answer));
    const allowed: Partial<Record<Stage, string[]>> = {
      deciding: ['tokens', 'authorization_pending', 'slow_down', 'access_denied'],
      approved: ['tokens'],
      denied: ['access_denied'],
      polling: ['tokens', 'invalid_grant'],
    };
    expect((allowed[this.stage] ?? ['invalid_grant']).includes(said), `its code now gives ${said}`);
    if (said !== 'tokens') {
      if (this.stage === 'polling' || this.stage === 'approved') this.stage = 'nothing';
      return;
    }
    if (this.stage === 'signed-in' || this.stage.startsWith('revok')) return;
    this.tokens = tokensOf(answer);
    this.stage = 'signed-in';
  }

  async #verifyTokens(expect: (condition: boolean, claim: string) => void): Promise<void> {
    if (this.tokens === undefined) return;
    const active = await this.#device.isActive(this.tokens.access_token);
    if (this.stage === 'signed-in') expect(active, 'its access token is not active');
    if (this.stage === 'revoked') expect(!active, 'its access token is active');
    const answer = await this.#device.refresh(this.tokens.refresh_token);
    const said = answer.status === 200 ? 'tokens' : String(errorOf(answer));
    if (this.stage === 'signed-in') expect(said === 'tokens', `its refresh token gives ${said}`);
    if (this.stage === 'revoked') expect(said === 'invalid_grant', `its refresh token gives ${said}`);
    if (said === 'tokens') {
      this.tokens = tokensOf(answer);
      if (this.stage === 'revoking') this.stage = 'signed-in';
    } else if (this.stage === 'revoking') this.stage = 'revoked';
  }
}

/** The server did not answer, or said that it cannot serve: nothing is known. */
export class NoAnswer extends Error {}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  let answer: T;
  try {
    answer = await ask();
  } catch (error) {
    if (isSilence(error)) throw new NoAnswer();
    throw error;
  }
  if ((answer as { status?: number }).status === 503) throw new NoAnswer();
  return answer;
}

/** Of `fetch` (a TypeError), of `node:http` (a code of the system), and of a page that says 503. */
function isSilence(error: unknown): boolean {
  const { code, name } = error as NodeJS.ErrnoException;
  return error instanceof Unavailable || name === 'TypeError' || /^E[A-Z]+$/.test(code ?? '');
}
