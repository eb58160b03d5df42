/** The same operations on the real store: one code, one account, and the grant that an approval makes. */
import type { AccountId } from '../../src/accounts/account.ts';
import type { NewDeviceCode } from '../../src/devices/device-code-store.ts';
import { newCode } from '../redis/contract/code-states.ts';
import { newGrantId, TIME } from '../redis/contract/grants.ts';
import { StoredState } from '../support/stored-state.ts';
import { randomId, signedInOwner, type TestStores } from '../support/test-stores.ts';
import type { CodeState, Observation, Operation } from './model.ts';

export class Real {
  readonly #stores: TestStores;
  readonly #accountId: AccountId;
  readonly #deviceCode: string;
  readonly #userCode: string;
  readonly #clientId: string;
  #grantId = '';
  /** Of each token: how many were used before it, as its seal says. */
  readonly #places: number[] = [];

  private constructor(stores: TestStores, accountId: AccountId, code: NewDeviceCode) {
    this.#stores = stores;
    this.#accountId = accountId;
    this.#deviceCode = code.deviceCode;
    this.#userCode = code.userCode;
    this.#clientId = code.clientId;
  }

  static async start(stores: TestStores): Promise<Real> {
    const { accountId } = await signedInOwner(stores);
    const clientId = randomId();
    const code = newCode({ clientId, payload: { clientId } });
    await stores.deviceCodes.create(code);
    return new Real(stores, accountId, code);
  }

  async take(operation: Operation): Promise<string> {
    const { accounts, deviceCodes, grants } = this.#stores;
    switch (operation.kind) {
      case 'approve':
        return this.#approve(operation.underEpoch);
      case 'deny':
        return (await deviceCodes.decide(this.#deviceCode, 'denied', { clientId: this.#clientId }))
          ? 'denied'
          : 'gone';
      case 'poll':
        return this.#poll();
      case 'expire':
        await new StoredState(this.#stores).expireCode(this.#deviceCode);
        return 'expired';
      case 'deregister':
        return this.#grantId && (await grants.end(this.#grantId)) ? 'ended' : 'nothing';
      case 'sign-out':
        return (await accounts.signOutEverything(this.#accountId)) ? 'signed-out' : 'no account';
      case 'disable':
      case 'enable':
        return this.#setStatus(operation.kind === 'enable' ? 'active' : 'disabled');
      case 'client-end':
      case 'client-disable':
      case 'client-enable':
        return this.#actOnClient(operation.kind);
      case 'refresh':
        return this.#refresh(operation.token);
      case 'use': {
        const presented = { generation: 0, issuedWith: nameOf(operation.token) };
        return (await grants.authorize(this.#grantId, presented)) ? 'accepted' : 'refused';
      }
    }
  }

  /** Looks without using anything. */
  async observe(epoch: number): Promise<Observation> {
    const { deviceCodes, grants, linkedDevices } = this.#stores;
    const code = await deviceCodes.find(this.#deviceCode);
    const rows = await linkedDevices.list({ accountId: this.#accountId, epoch });
    const standingOf = async (refreshToken: { name: string; place: number }) => {
      if (this.#grantId === '') return undefined;
      return (await grants.authorize(this.#grantId, { generation: 0, refreshToken }))?.chain?.standing;
    };
    const places = this.#places.map((place, token) => standingOf({ name: nameOf(token), place }));
    return {
      code: code?.state as CodeState,
      expired: (code?.left ?? 0) <= 0,
      rows: rows.filter(({ endedAt }) => endedAt === undefined).length,
      places: await Promise.all(places),
      beyond: await standingOf({ name: 'of a lost store', place: this.#places.length }),
    };
  }

  /** The grant first, as waiting; taken back when the code had moved on. */
  async #approve(epoch: number): Promise<string> {
    const { deviceCodes, grants } = this.#stores;
    const grantId = newGrantId(this.#accountId, epoch);
    const found = await deviceCodes.findByUserCode(this.#userCode);
    const payload = { clientId: this.#clientId };
    if ((await grants.write(grantId, payload, TIME)) !== 'written') return 'signed-out';
    if (found && (await deviceCodes.decide(this.#deviceCode, 'approved', payload))) {
      this.#grantId = grantId;
      return 'approved';
    }
    await grants.end(grantId);
    return 'gone';
  }

  async #poll(): Promise<string> {
    const { deviceCodes, grants } = this.#stores;
    const outcome = await deviceCodes.consume(this.#deviceCode);
    if (outcome !== 'consumed') return outcome;
    if (!(await grants.activate(this.#grantId, { clientId: this.#clientId }))) return 'no authority';
    return this.#issue(undefined);
  }

  async #refresh(token: number): Promise<string> {
    return this.#issue(token);
  }

  async #issue(token: number | undefined): Promise<string> {
    const name = nameOf(this.#places.length);
    const parent = token === undefined ? undefined : { name: nameOf(token), place: this.#places[token] ?? 0 };
    const issued = { parent, generation: 0, name, value: name, client: { clientId: this.#clientId } };
    const added = await this.#stores.grants.addRefreshToken(this.#grantId, issued);
    if (added.outcome !== 'added') return added.outcome;
    this.#places.push(parent ? parent.place + 1 : 0);
    return 'tokens';
  }

  async #actOnClient(kind: 'client-end' | 'client-disable' | 'client-enable'): Promise<string> {
    const act = ({ 'client-end': 'end', 'client-disable': 'disable', 'client-enable': 'enable' } as const)[
      kind
    ];
    return (await this.#stores.clientStates.act(this.#clientId, act)).state.status;
  }

  async #setStatus(status: 'active' | 'disabled'): Promise<string> {
    const result = await this.#stores.accounts.setStatus(this.#accountId, status);
    return result?.changed ? (status === 'active' ? 'enabled' : 'disabled') : 'unchanged';
  }
}

const nameOf = (token: number) => `token-${token}`;
