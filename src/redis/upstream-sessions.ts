import type { AccountId } from '../accounts/account.ts';
import type { Session } from '../accounts/session.ts';
import type { Standing } from '../mfa/factor.ts';
import type { UpstreamSessionStore } from '../upstream/link-store.ts';
import type { Records } from './records.ts';
import type { StoreContext } from './store-context.ts';

const KIND = 'UpstreamSid';

/** As `listSessions` tells of one. */
type Row = [uid: string, seen: number, payload: string];

/** Read off the browsers of the account themselves, which say by what sign-in they came. */
export class RedisUpstreamSessions implements UpstreamSessionStore {
  readonly #context: StoreContext;
  readonly #records: Records;

  constructor(context: StoreContext, records: Records) {
    this.#context = context;
    this.#records = records;
  }

  async uidsFrom(
    { accountId, epoch }: Standing,
    { id, sid }: { readonly id: string; readonly sid: string | undefined },
  ): Promise<string[]> {
    const { scripts, keyspace, keyring } = this.#context;
    const rows = (await scripts.read('listSessions', keyspace.of(accountId), [epoch])) as Row[] | null;
    return (rows ?? []).flatMap(([uid, , sealed]) => {
      const from = keyring.open<Pick<Session, 'upstream'>>(`browser:${uid}`, sealed)?.upstream;
      return from?.id === id && (sid === undefined || from.sid === sid) ? [uid] : [];
    });
  }

  async remember(issuer: string, sid: string, accountId: AccountId, lifetime: number): Promise<void> {
    await this.#records.write(KIND, nameOf(issuer, sid), { accountId }, lifetime);
  }

  async accountFrom(issuer: string, sid: string): Promise<AccountId | undefined> {
    const found = await this.#records.find<{ accountId: AccountId }>(KIND, nameOf(issuer, sid));
    return found?.payload.accountId;
  }
}

const nameOf = (issuer: string, sid: string) => `${issuer}\n${sid}`;
