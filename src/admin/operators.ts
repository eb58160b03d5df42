/** Accounts that may use the console: who has which role, and who may give it. */
import type { Account, AccountId } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import type { ActivityEvent } from '../events/event.ts';
import { inTurn, type TurnRecords } from './turns.ts';

/** What an operator may do, the most first: see `console-rights.ts`. */
export const OPERATOR_ROLES = ['owner', 'manager', 'viewer'] as const;

export type OperatorRole = (typeof OPERATOR_ROLES)[number];

export interface OperatorStore {
  /** Asked anew at each request: a role that is taken away is gone with the answer. @throws StoreUnavailable */
  roleOf(id: AccountId): Promise<OperatorRole | undefined>;
  /** Accounts that have a role; also some that had one until just now, or are gone. */
  ids(): Promise<AccountId[]>;
  /**
   * By compare-and-set. `changed`: another request was first; `full`: as many have a role as may.
   * @param role `undefined`: none any more
   */
  setRole(
    id: AccountId,
    roles: { was: OperatorRole | undefined; becomes: OperatorRole | undefined },
    event: ActivityEvent,
  ): Promise<'set' | 'changed' | 'gone' | 'full'>;
}

interface OperatorParts {
  readonly operators: OperatorStore;
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly records: TurnRecords;
}

interface Operator {
  readonly account: Account;
  readonly role: OperatorRole;
}

export type RoleChange = 'changed' | 'unchanged' | 'last-owner' | 'own-role' | 'busy' | 'gone' | 'full';

const TURN = ['OperatorTurn', 'all'] as const;

export class Operators {
  readonly #with: OperatorParts;

  constructor(parts: OperatorParts) {
    this.#with = parts;
  }

  roleOf(id: AccountId): Promise<OperatorRole | undefined> {
    return this.#with.operators.roleOf(id);
  }

  /** Owners first, then by email. */
  async list(): Promise<Operator[]> {
    const { operators, accounts } = this.#with;
    const ids = await operators.ids();
    const found = await Promise.all(
      ids.map(async (id) => ({ account: await accounts.find(id), role: await operators.roleOf(id) })),
    );
    return found
      .flatMap(({ account, role }) => (account && role ? [{ account, role }] : []))
      .sort((one, other) => placeOf(one) - placeOf(other) || (emailOf(one) < emailOf(other) ? -1 : 1));
  }

  /**
   * The last owner who can sign in keeps the role, and no operator changes their own. Changes take turns, so that two owners
   * who take each other's role away at once do not both succeed.
   * @param role `undefined`: none any more
   * @param by who does it; absent: the tool
   */
  async change(id: AccountId, role: OperatorRole | undefined, by?: AccountId): Promise<RoleChange> {
    if (id === by) return 'own-role';
    return (await inTurn(this.#with.records, TURN, () => this.#changeInTurn(id, role))) ?? 'busy';
  }

  async #changeInTurn(id: AccountId, role: OperatorRole | undefined): Promise<RoleChange> {
    const { operators, accounts } = this.#with;
    const was = await operators.roleOf(id);
    if (!(await accounts.find(id))) return 'gone';
    if (was === role) return 'unchanged';
    if (was === 'owner' && !(await this.#isOtherOwner(id))) return 'last-owner';
    const event = { kind: 'role-changed', by: 'operator', details: { role: role ?? 'none' } } as const;
    const outcome = await operators.setRole(id, { was, becomes: role }, event);
    if (outcome === 'set') return 'changed';
    return outcome === 'changed' ? 'busy' : outcome;
  }

  async #isOtherOwner(id: AccountId): Promise<boolean> {
    const all = await this.list();
    return all.some(
      ({ account, role }) => role === 'owner' && account.id !== id && account.status === 'active',
    );
  }
}

const placeOf = ({ role }: Operator) => OPERATOR_ROLES.indexOf(role);
const emailOf = ({ account }: Operator) => account.profile.email;
