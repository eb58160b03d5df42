import type { AccountId } from '../accounts/account.ts';
import type { GrantId } from '../devices/grant-id.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { VoiceCodeLimits } from '../limits/voice-code-limits.ts';
import type { Standing } from '../mfa/factor.ts';
import type { VoiceCodeState, VoiceCodeStore, VoiceCodeTry } from '../voice-code/voice-code-store.ts';
import type { RedisActivity } from './activity.ts';
import type { Keyring } from './keyring.ts';
import type { StoreContext } from './store-context.ts';

/**
 * One hash in the account's slot. An attacker who can compare four digits guesses them at once, so what is kept is
 * their HMAC with the account's id, under a key of the installation.
 */
export class RedisVoiceCodes implements VoiceCodeStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async state(accountId: AccountId): Promise<VoiceCodeState | undefined> {
    const { scripts, keyspace } = this.#context;
    const [since, locked] = await scripts.plain('reading a voice code', (redis) =>
      redis.hmget(keyspace.of(accountId).voiceCode, 'since', 'locked'),
    );
    return since ? { since: Number(since), isLocked: Boolean(locked) } : undefined;
  }

  async set({ accountId, epoch }: Standing, code: string, event: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const mac = keyring.mac(KIND, textOf(accountId, code));
    const args = [epoch, mac, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('setVoiceCode', keyspace.of(accountId), args)) === 1;
  }

  remove(owner: Standing, event: ActivityEvent): Promise<boolean> {
    return this.#change('removeVoiceCode', owner, event);
  }

  unlock(owner: Standing, event: ActivityEvent): Promise<boolean> {
    return this.#change('unlockVoiceCode', owner, event);
  }

  async #change(
    script: 'removeVoiceCode' | 'unlockVoiceCode',
    { accountId, epoch }: Standing,
    event: ActivityEvent,
  ): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const args = [epoch, await this.#activity.prepare(accountId, event)];
    return (await scripts.change(script, keyspace.of(accountId), args)) === 1;
  }

  async try(
    { accountId, epoch, name }: GrantId,
    code: string,
    { device, account, window, wrong }: VoiceCodeLimits,
    onLock: ActivityEvent,
  ): Promise<VoiceCodeTry> {
    const { scripts, keyspace, keyring } = this.#context;
    const macs = macsOfVoiceCode(keyring, accountId, code);
    const told = await this.#activity.prepare(accountId, onLock);
    const args = [epoch, name, `,${macs.join(',')},`, device, account, window, wrong, told];
    const reply = await scripts.change('tryVoiceCode', keyspace.of(accountId), args);
    if (typeof reply === 'number') return { outcome: 'wait', milliseconds: reply };
    return { outcome: reply as 'yes' | 'no' | 'gone' };
  }
}

const KIND = 'voice-code';
/** So many there are. */
export const VOICE_CODES = 10_000;

/** What is kept of a code, under every secret, the one that writes now in front. */
export function macsOfVoiceCode(keyring: Keyring, accountId: string, code: string): [string, ...string[]] {
  return keyring.macs(KIND, textOf(accountId, code));
}

/** The same of one of all that there are. */
export function nameOfVoiceCode(keyring: Keyring, accountId: string, number: number): [string, ...string[]] {
  return macsOfVoiceCode(keyring, accountId, String(number).padStart(4, '0'));
}

const textOf = (accountId: string, code: string) => `${accountId}:${code}`;
