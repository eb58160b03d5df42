import { setTimeout as sleep } from 'node:timers/promises';
import type { KillingProxy } from './killing-proxy.ts';
import type { Sent, Step } from './steps.ts';

/** Of what happens at once. */
const AT_ONCE = 2;
/** Milliseconds after which a step that does not come is not waited for: an account is settled 30 s after its last change. */
const STEP_TIMEOUT = 60_000;

interface SteppedWorld {
  readonly proxy: KillingProxy;
  readonly listener: {
    onNext: { readonly when: 'asked' | 'taken'; readonly call: () => void } | undefined;
  };
}

/**
 * Lets things happen until the server is at the step, and kills then; wherever it is where it does not come there.
 * @returns whether it came there
 */
export async function reachStep(
  step: Step,
  { proxy, listener }: SteppedWorld,
  happen: () => Promise<void>,
  kill: () => void,
): Promise<boolean> {
  let isHit = false;
  const hit = () => {
    isHit = true;
    kill();
  };
  if (step === 'asked' || step === 'taken') listener.onNext = { when: step, call: hit };
  else proxy.arm(step.split(' ')[0] as Sent, step.endsWith('after') ? 'after' : 'before', hit);
  const end = Date.now() + STEP_TIMEOUT;
  while (!isHit && Date.now() < end) {
    await atOnce(happen);
    for (let count = 0; count < 20 && !isHit; count += 1) await sleep(50);
  }
  proxy.disarm();
  listener.onNext = undefined;
  if (!isHit) kill();
  return isHit;
}

export const atOnce = (happen: () => Promise<void>) => Promise.all(Array.from({ length: AT_ONCE }, happen));

export function shuffled<T>(all: readonly T[], upTo: (most: number) => number): T[] {
  const left = [...all];
  return all.flatMap(() => left.splice(upTo(left.length - 1), 1));
}
