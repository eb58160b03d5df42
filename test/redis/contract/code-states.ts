import { randomBytes } from 'node:crypto';
import type { NewDeviceCode } from '../../../src/devices/device-code-store.ts';
import type { Bench } from './bench.ts';

/** The state machine of the design as a model, and how to bring a real code into each of its states. */
export const STATES = [
  'pending',
  'approved',
  'denied',
  'consumed',
  'expired while pending',
  'expired while approved',
  'expired while denied',
  'gone',
] as const;
export type State = (typeof STATES)[number];

export const STEPS = ['approve', 'deny', 'withdraw', 'consume'] as const;
export type Step = (typeof STEPS)[number];
type StepResult = boolean | 'consumed' | 'denied' | 'lost';

/** What a step answers in a state, and the state after it. */
export function expected(state: State, step: Step): { result: StepResult; next: State } {
  if (step === 'consume') {
    if (state === 'approved') return { result: 'consumed', next: 'consumed' };
    const repeats = state === 'denied' || state === 'expired while denied';
    return { result: repeats ? 'denied' : 'lost', next: state };
  }
  if (step === 'withdraw') {
    const isApproved = state === 'approved';
    return { result: isApproved, next: isApproved ? 'denied' : state };
  }
  if (state !== 'pending') return { result: false, next: state };
  return { result: true, next: step === 'approve' ? 'approved' : 'denied' };
}

export function newCode(change: Partial<NewDeviceCode> = {}): NewDeviceCode {
  const random = () => randomBytes(16).toString('base64url');
  return {
    deviceCode: random(),
    userCode: random(),
    clientId: 'tv',
    lifetime: 600_000,
    network: '192.0.2.0/24',
    payload: { made: 'by the device' },
    ...change,
  };
}

export class RealCode {
  readonly deviceCode: string;
  readonly key: string;
  readonly #bench: Bench;

  constructor(bench: Bench, deviceCode: string) {
    this.#bench = bench;
    this.deviceCode = deviceCode;
    this.key = bench.keyspace.record('DeviceCode', bench.stores.keyring.mac('DeviceCode', deviceCode));
  }

  static async pending(bench: Bench, change: Partial<NewDeviceCode> = {}): Promise<RealCode> {
    const code = newCode(change);
    const { outcome } = await bench.stores.deviceCodes.create(code);
    if (outcome !== 'created') throw new Error(outcome);
    return new RealCode(bench, code.deviceCode);
  }

  static async in(bench: Bench, state: State): Promise<RealCode> {
    const code = await RealCode.pending(bench);
    if (/approved|consumed/.test(state)) await code.take('approve');
    if (/denied/.test(state)) await code.take('deny');
    if (state === 'consumed') await code.take('consume');
    if (/expired/.test(state)) await code.elapse('exp', 600_001);
    if (state === 'gone') await bench.redis.del(code.key);
    return code;
  }

  take(step: Step): Promise<StepResult> {
    const { deviceCodes } = this.#bench.stores;
    if (step === 'consume') return deviceCodes.consume(this.deviceCode);
    if (step === 'withdraw') return deviceCodes.withdraw(this.deviceCode);
    return deviceCodes.decide(this.deviceCode, step === 'approve' ? 'approved' : 'denied', { by: step });
  }

  poll(clientId = 'tv') {
    return this.#bench.stores.deviceCodes.poll(this.deviceCode, clientId);
  }

  async state(): Promise<State> {
    const found = await this.#bench.stores.deviceCodes.find(this.deviceCode);
    if (!found) return 'gone';
    return found.left > 0 || found.state === 'consumed' ? found.state : `expired while ${found.state}`;
  }

  /** As if a moment of the code lay so many milliseconds further back. */
  async elapse(moment: 'exp' | 'polled', milliseconds: number): Promise<void> {
    await this.#bench.redis.hincrby(this.key, moment, -milliseconds);
  }
}
