/** Each act of an operator: on what it is done, and what is then so for the owner, the device, the app. The same in each of the three places. */
import { expect } from '@jest/globals';
import { errorOf } from '../support/linked-device.ts';
import type { RealThings } from './real-things.ts';
import { toldOf } from './real-things.ts';

/** What was made to be acted on. */
export interface Prepared {
  readonly account?: string;
  readonly client?: string;
  /** The device, browser, second step or app. */
  readonly thing?: string;
  /** What is so once it is done. @param answer what the API and the console have said of a secret */
  seen(answer: string | undefined): Promise<void>;
}

type Prepare = (world: RealThings) => Promise<Prepared>;

const NEXT = 'another correct horse';

const disabling: Prepare = async (world) => {
  const owner = await world.owner();
  const device = await world.device(owner);
  const seen = async () => {
    expect([await world.isIn(owner), await world.signsIn(owner)]).toEqual([false, 'out']);
    expect(await device.refreshed()).toBe('invalid_grant');
    await toldOf(world, owner, 'account-disabled');
  };
  return { account: owner.id, seen };
};

const enabling: Prepare = async (world) => {
  const owner = await world.owner();
  const device = await world.device(owner);
  await world.server.stores.accounts.setStatus(owner.id, 'disabled');
  const seen = async () => {
    expect(await world.signsIn(owner)).toBe('in');
    expect(await device.refreshed()).toBe('invalid_grant');
  };
  return { account: owner.id, seen };
};

const signingOut: Prepare = async (world) => {
  const owner = await world.owner();
  const device = await world.device(owner);
  const seen = async () => {
    expect([await world.isIn(owner), await world.signsIn(owner)]).toEqual([false, 'in']);
    expect(await device.refreshed()).toBe('invalid_grant');
    await toldOf(world, owner, 'signed-out-everything');
  };
  return { account: owner.id, seen };
};

const resetting: Prepare = async (world) => {
  const owner = await world.owner();
  const seen = async () => {
    const path = await world.linkTo(owner.email, /\/forgot-password\/link\/\S+/);
    const pages = world.server.visitor('198.51.100.9');
    await pages.get(path);
    await pages.submit('/forgot-password/new', '/forgot-password/new', { password: NEXT });
    expect([await world.signsIn(owner), await world.signsIn(owner, NEXT)]).toEqual(['out', 'in']);
  };
  return { account: owner.id, seen };
};

const removingFactors: Prepare = async (world) => {
  const owner = await world.owner();
  const thing = await world.factor(owner);
  expect(await world.signsIn(owner)).toBe('second step');
  return { account: owner.id, thing, seen: async () => expect(await world.signsIn(owner)).toBe('in') };
};

const closing: Prepare = async (world) => {
  const owner = await world.owner();
  const seen = async () => {
    const at = await world.server.stores.closings.closesAt(owner.id);
    expect(((at ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(7, 1);
    expect(await world.isIn(owner)).toBe(true);
    await toldOf(world, owner, 'closing-asked');
  };
  return { account: owner.id, seen };
};

const keeping: Prepare = async (world) => {
  const owner = await world.owner();
  await world.server.stores.closings.askFor(owner.id, 60_000);
  const seen = async () => {
    expect(await world.server.stores.closings.closesAt(owner.id)).toBeUndefined();
    await toldOf(world, owner, 'closing-taken-back');
  };
  return { account: owner.id, seen };
};

const endingDevice: Prepare = async (world) => {
  const owner = await world.owner();
  const [device, other] = [await world.device(owner), await world.device(owner)];
  const seen = async () => {
    expect([await device.refreshed(), await other.refreshed()]).toEqual(['invalid_grant', undefined]);
    await toldOf(world, owner, 'device-deregistered');
  };
  return { account: owner.id, thing: device.id, seen };
};

const endingBrowser: Prepare = async (world) => {
  const owner = await world.owner();
  const { browsers } = world.server.stores;
  const [first] = await browsers.list({ accountId: owner.id, epoch: 1 });
  const other = await world.another(owner);
  const seen = async () => {
    expect([await world.isIn(owner), await world.isIn({ pages: other })]).toEqual([false, true]);
    await toldOf(world, owner, 'signed-out');
  };
  return { account: owner.id, thing: first?.id ?? '', seen };
};

const endingApp: Prepare = async (world) => {
  const owner = await world.owner();
  const thing = await world.app(owner);
  const seen = async () => {
    expect(await world.server.stores.consents.list({ accountId: owner.id, epoch: 1 })).toEqual([]);
    await toldOf(world, owner, 'app-removed');
  };
  return { account: owner.id, thing, seen };
};

/** On a client of its own: others are in use. */
async function linkedClient(world: RealThings) {
  const { id } = await world.client('device');
  const device = await world.device(await world.owner(), id);
  expect(await device.refreshed()).toBeUndefined();
  return { id, device };
}

const disablingClient: Prepare = async (world) => {
  const { id, device } = await linkedClient(world);
  const seen = async () => {
    expect(await device.refreshed()).toBe('invalid_client');
    expect(errorOf(await device.client.authorize())).toBe('invalid_client');
  };
  return { client: id, seen };
};

const enablingClient: Prepare = async (world) => {
  const { id, device } = await linkedClient(world);
  await world.server.stores.clientStates.act(id, 'disable');
  const seen = async () => {
    expect(await device.refreshed()).toBe('invalid_grant');
    expect((await device.client.authorize()).status).toBe(200);
  };
  return { client: id, seen };
};

const endingDevices: Prepare = async (world) => {
  const { id, device } = await linkedClient(world);
  const seen = async () => {
    expect(await device.refreshed()).toBe('invalid_grant');
    expect((await device.client.authorize()).status).toBe(200);
  };
  return { client: id, seen };
};

const deletingClient: Prepare = async (world) => {
  const { id, device } = await linkedClient(world);
  const seen = async () => {
    expect(await device.refreshed()).toBe('invalid_client');
    expect((await world.operator.run('clients', 'show', id)).json['client']).toMatchObject({
      status: 'deleted',
    });
  };
  return { client: id, seen };
};

const rotating: Prepare = async (world) => {
  const client = await world.client('api');
  expect(await world.knows(client, client.secret)).toBe(true);
  const seen = async (secret = '') => {
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect([await world.knows(client, secret), await world.knows(client, client.secret)]).toEqual([
      true,
      true,
    ]);
  };
  return { client: client.id, seen };
};

const givingRole: Prepare = async (world) => {
  const owner = await world.owner();
  const { operators } = world.server.stores;
  return { account: owner.id, seen: async () => expect(await operators.roleOf(owner.id)).toBe('viewer') };
};

/** By the name of the call that does it. */
export const REAL_ACTS: Readonly<Record<string, Prepare>> = {
  'accounts-disable': disabling,
  'accounts-enable': enabling,
  'accounts-sign-out-everything': signingOut,
  'accounts-reset-mail': resetting,
  'accounts-close': closing,
  'accounts-keep': keeping,
  'factors-remove': removingFactors,
  'factors-remove-all': removingFactors,
  'devices-end': endingDevice,
  'browsers-end': endingBrowser,
  'apps-end': endingApp,
  'clients-disable': disablingClient,
  'clients-enable': enablingClient,
  'clients-end-devices': endingDevices,
  'clients-delete': deletingClient,
  'clients-rotate-secret': rotating,
  'operators-set': givingRole,
};
