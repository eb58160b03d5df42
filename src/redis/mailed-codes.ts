import type { MailedCodeStore, MailedCodeTry } from '../accounts/mailed-code-store.ts';
import { type StoreContext, underAnyName } from './store-context.ts';

export class RedisMailedCodes implements MailedCodeStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async write<T>(
    purpose: string,
    ticket: string,
    entry: { code: string; payload: T; lifetime: number },
  ): Promise<void> {
    const { scripts, keyspace, keyring } = this.#context;
    const kind = kindOf(purpose);
    const name = keyring.mac(kind, ticket);
    const args = [
      entry.lifetime,
      keyring.mac(`${kind}:code`, `${ticket}:${entry.code}`),
      keyring.seal(`${kind}:${name}`, entry.payload),
    ];
    await scripts.change('writeCode', { mailedCode: keyspace.record(kind, name) }, args);
  }

  async peek<T>(purpose: string, ticket: string): Promise<T | undefined> {
    const { scripts, keyspace, keyring } = this.#context;
    const kind = kindOf(purpose);
    return underAnyName(keyring.macs(kind, ticket), async (name) => {
      const [sealed, used] = await scripts.plain('reading a mailed code', (redis) =>
        redis.hmget(keyspace.record(kind, name), 'payload', 'used'),
      );
      return sealed && !used ? keyring.open<T>(`${kind}:${name}`, sealed) : undefined;
    });
  }

  async spend<T>(
    purpose: string,
    ticket: string,
    code: string,
    mostTries: number,
  ): Promise<MailedCodeTry<T>> {
    const { scripts, keyspace, keyring } = this.#context;
    const kind = kindOf(purpose);
    const codes = keyring.macs(`${kind}:code`, `${ticket}:${code}`);
    for (const [index, name] of keyring.macs(kind, ticket).entries()) {
      const args = [codes[index] ?? '', mostTries];
      const reply = await scripts.change('spendTry', { mailedCode: keyspace.record(kind, name) }, args);
      if (!reply) continue;
      const [outcome, rest] = reply as ['right', string] | ['wrong', number];
      if (outcome === 'wrong') return { outcome, triesLeft: rest };
      const payload = keyring.open<T>(`${kind}:${name}`, rest);
      if (payload !== undefined) return { outcome: 'right', payload };
    }
    return { outcome: 'gone' };
  }
}

function kindOf(purpose: string): string {
  return `MailedCode:${purpose}`;
}
