import { createHash } from 'node:crypto';
import type { WebhookQueueing } from './webhook-queueing.ts';

/** As much of a signing key as is public. */
interface KeyState {
  readonly key: { readonly kid: string; readonly alg: string };
  readonly state: 'waiting' | 'signing' | 'retired' | 'ended';
}

interface KeySweepSettings {
  /** Of which keys receivers were told last. */
  readonly told: {
    toldKeys(): Promise<string | undefined>;
    markKeysTold(names: string): Promise<void>;
  };
  /** Keys as they are, and when that is by the store's clock. */
  readonly status: () => Promise<{ readonly status: readonly KeyState[]; readonly now: number }>;
  readonly queueing: WebhookQueueing;
}

/**
 * Tells that other keys are published, or that another one signs. Keys change by the passing of time as well, so it is what
 * they are that is compared with what was told, and no change of them is written down.
 */
export class KeySweep {
  readonly #with: KeySweepSettings;

  constructor(settings: KeySweepSettings) {
    this.#with = settings;
  }

  /** What was told is read first: the keys are as new as that, or newer. */
  async sweep(): Promise<void> {
    const { told, status, queueing } = this.#with;
    if (!queueing.hears('keys.rotated')) return;
    const before = await told.toldKeys();
    const { status: all, now } = await status();
    const keys = all
      .filter(({ state }) => state !== 'ended')
      .map(({ key: { kid, alg }, state }) => ({ kid, alg, state }));
    const names = keys
      .map(({ kid, state }) => `${kid} ${state}`)
      .sort()
      .join();
    if (names === before) return;
    const end = createHash('sha256').update(names).digest('base64url');
    const data = { keys, sequence: `${now}-0` };
    if (before !== undefined) await queueing.add('keys', end, { type: 'keys.rotated', at: now, data });
    await told.markKeysTold(names);
  }
}
