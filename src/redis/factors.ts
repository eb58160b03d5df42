import type { AccountId } from '../accounts/account.ts';
import type { ActivityEvent } from '../events/event.ts';
import type {
  AuthenticatorApp,
  BackupCodes,
  BackupPhone,
  Factor,
  FactorKind,
  FactorProof,
  NamedFactor,
  NewFactor,
  Passkey,
  SignInProof,
  Standing,
} from '../mfa/factor.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import type { RedisActivity } from './activity.ts';
import type { StoreContext } from './store-context.ts';

/** More than any account has; it bounds what one read brings. */
const MAX_FACTORS = 32;

/** A field as scripts see it. */
interface Field {
  kind: FactorKind;
  payload: string;
  mark: number;
  codes: string;
  used?: number;
}

type Counted = 'usedAt' | 'lastStep' | 'counter' | 'left';
type Payload =
  | Omit<AuthenticatorApp, Counted>
  | Omit<Passkey, Counted>
  | Omit<BackupCodes, Counted>
  | Omit<BackupPhone, Counted>;

/** A field for each factor in the account's slot: sealed, beside what a proof of it is compared with. */
export class RedisFactors implements FactorStore {
  readonly #context: StoreContext;
  readonly #activity: RedisActivity;
  /** The sealed payload that was read, so that a new name goes over no other. */
  readonly #asRead = new WeakMap<Factor, string>();

  constructor(context: StoreContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async list(accountId: AccountId): Promise<Factor[]> {
    const { scripts, keyspace } = this.#context;
    const fields = await scripts.plain('reading factors', (redis) =>
      redis.hgetall(keyspace.of(accountId).factors),
    );
    return Object.entries(fields)
      .flatMap(([id, text]) => this.#open(accountId, id, text))
      .sort((one, other) => one.createdAt - other.createdAt || one.id.localeCompare(other.id));
  }

  async add(
    { accountId, epoch }: Standing,
    factor: NewFactor,
    event: ActivityEvent,
  ): Promise<'added' | 'too-many' | 'refused'> {
    const { scripts, keyspace, keyring } = this.#context;
    const { payload, mark, codes } = split(factor);
    const sealed = keyring.seal(placeOfFactor(accountId, factor.id), payload);
    const told = await this.#activity.prepare(accountId, event);
    const args = [epoch, factor.id, factor.kind, sealed, mark, codes, MAX_FACTORS, told];
    const reply = await scripts.change('addFactor', keyspace.of(accountId), args);
    if (reply === -1) return 'too-many';
    return reply === 1 ? 'added' : 'refused';
  }

  async rename({ accountId, epoch }: Standing, factor: NamedFactor, name: string): Promise<boolean> {
    const { scripts, keyspace, keyring } = this.#context;
    const { payload } = split({ ...factor, name });
    const sealed = keyring.seal(placeOfFactor(accountId, factor.id), payload);
    const args = [epoch, factor.id, this.#asRead.get(factor) ?? '', sealed];
    return (await scripts.change('renameFactor', keyspace.of(accountId), args)) === 1;
  }

  async remove({ accountId, epoch }: Standing, id: string, event: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const proved = event.by === 'operator' ? '' : epoch;
    const args = [proved, id, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('removeFactor', keyspace.of(accountId), args)) === 1;
  }

  async removeAll(accountId: AccountId, event: ActivityEvent): Promise<number> {
    const { scripts, keyspace } = this.#context;
    const told = await this.#activity.prepare(accountId, event);
    return Number(await scripts.change('removeFactors', keyspace.of(accountId), [told]));
  }

  async use({ accountId, epoch }: Standing, proof: FactorProof, event?: ActivityEvent): Promise<boolean> {
    const { scripts, keyspace } = this.#context;
    const [kind, id, value] = proofArguments(proof);
    const args = [epoch, id, kind, value, await this.#activity.prepare(accountId, event)];
    return (await scripts.change('useFactor', keyspace.of(accountId), args)) === 1;
  }

  /** What does not open was sealed under a secret that is gone: it still asks for a proof, which cannot be given. */
  #open(accountId: AccountId, id: string, text: string): Factor[] {
    const field = JSON.parse(text) as Field;
    const payload = this.#context.keyring.open<Payload>(placeOfFactor(accountId, id), field.payload);
    if (!payload) return [];
    const factor = join(payload, field);
    this.#asRead.set(factor, field.payload);
    return [factor];
  }
}

/** Kind, factor or trusted browser, and value, as scripts take a proof. */
export function proofArguments(proof: SignInProof | undefined): [string, string, string | number] {
  switch (proof?.kind) {
    case undefined:
      return ['', '', ''];
    case 'trusted':
      return [proof.kind, proof.name, ''];
    case 'upstream':
      return [proof.kind, '', ''];
    case 'totp':
      return [proof.kind, proof.factor, proof.step];
    case 'passkey':
      return [proof.kind, proof.factor, proof.counter];
    case 'backup-codes':
      return [proof.kind, proof.factor, proof.digest];
    case 'phone':
      return [proof.kind, proof.factor, ''];
  }
}

export const placeOfFactor = (accountId: string, id: string) => `factor:${accountId}:${id}`;

/** What is sealed, and what scripts compare. */
function split(factor: NewFactor | Factor): { payload: Payload; mark: number; codes: string } {
  const { usedAt: _used, ...kept } = { usedAt: undefined, ...factor };
  switch (kept.kind) {
    case 'totp': {
      const { lastStep: mark, ...payload } = kept;
      return { payload, mark, codes: '' };
    }
    case 'passkey': {
      const { counter: mark, ...payload } = kept;
      return { payload, mark, codes: '' };
    }
    case 'backup-codes': {
      const { id, kind, createdAt, salt } = kept;
      const digests = 'digests' in kept ? kept.digests : [];
      return {
        payload: { id, kind, createdAt, salt },
        mark: 0,
        codes: `,${digests.map((d) => `${d},`).join('')}`,
      };
    }
    case 'phone':
      return { payload: kept, mark: 0, codes: '' };
  }
}

function join(payload: Payload, { mark, codes, used }: Field): Factor {
  const usedAt = used;
  switch (payload.kind) {
    case 'totp':
      return { ...payload, usedAt, lastStep: mark };
    case 'passkey':
      return { ...payload, usedAt, counter: mark };
    case 'backup-codes':
      return { ...payload, usedAt, left: codes.split(',').filter(Boolean).length };
    case 'phone':
      return { ...payload, usedAt };
  }
}
