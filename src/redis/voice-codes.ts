import type { AccountId } from '../accounts/account.ts';
import type { GrantId } from '../devices/grant-id.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { VoiceCodeLimits } from '../limits/voice-code-limits.ts';
import type { Standing } from '../mfa/factor.ts';
import type { VoiceCodeState, VoiceCodeStore, VoiceCodeTry } from '../voice-code/voice-code-store.ts';
import type { RedisActivity } from './activity.ts';
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
      redis.hmget(keyspace.voiceCode(accountId), 'since', 'locked'),
    );
    return since ? { since: Number(since), isLocked: Boolean(locked) } : undefined;
  }

  async set({ accountId, epoch }: Standing, code: string, event: ActivityEvent): Promise<boolean> {
    const { account, voiceCode, activity } = this.#keys(accountId);
    const mac = this.#context.keyring.mac(KIND, textOf(accountId, code));
    const args = [epoch, mac, await this.#activity.prepare(accountId, event)];
    return (await this.#context.scripts.change('setVoiceCode', [account, voiceCode, activity], args)) === 1;
  }

  async remove({ accountId, epoch }: Standing, event: ActivityEvent): Promise<boolean> {
    const { account, voiceCode, ended, activity } = this.#keys(accountId);
    const args = [epoch, await this.#activity.prepare(accountId, event)];
    const keys = [account, voiceCode, ended, activity];
    return (await this.#context.scripts.change('removeVoiceCode', keys, args)) === 1;
  }

  async unlock({ accountId, epoch }: Standing, event: ActivityEvent): Promise<boolean> {
    const { account, voiceCode, activity } = this.#keys(accountId);
    const args = [epoch, await this.#activity.prepare(accountId, event)];
    return (
      (await this.#context.scripts.change('unlockVoiceCode', [account, voiceCode, activity], args)) === 1
    );
  }

  async try(
    { accountId, epoch, name }: GrantId,
    code: string,
    { device, account: all, window, wrong }: VoiceCodeLimits,
    onLock: ActivityEvent,
  ): Promise<VoiceCodeTry> {
    const { account, grants, voiceCode, tries, activity } = this.#keys(accountId);
    const macs = this.#context.keyring.macs(KIND, textOf(accountId, code));
    const told = await this.#activity.prepare(accountId, onLock);
    const args = [epoch, name, `,${macs.join(',')},`, device, all, window, wrong, told];
    const keys = [account, grants, voiceCode, tries, activity];
    const reply = await this.#context.scripts.change('tryVoiceCode', keys, args);
    if (typeof reply === 'number') return { outcome: 'wait', milliseconds: reply };
    return { outcome: reply as 'yes' | 'no' | 'gone' };
  }

  #keys(accountId: string) {
    const { keyspace } = this.#context;
    return {
      account: keyspace.account(accountId),
      grants: keyspace.grants(accountId),
      voiceCode: keyspace.voiceCode(accountId),
      tries: keyspace.voiceTries(accountId),
      ended: keyspace.ended(accountId),
      activity: keyspace.activity(accountId),
    };
  }
}

const KIND = 'voice-code';
const textOf = (accountId: string, code: string) => `${accountId}:${code}`;
