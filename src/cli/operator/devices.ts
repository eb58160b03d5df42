/** Commands about the devices of an account. */
import type { Account } from '../../accounts/account.ts';
import { type LinkedDevice, nameOf } from '../../devices/linked-device.ts';
import type { AdminService } from '../../server/operator.ts';
import { nameOf as ownerOf, WHO, withAccount } from './accounts.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';
import { upTo } from './up-to.ts';

export const deviceCommands: readonly Command[] = [
  {
    name: 'devices list',
    usage: `${WHO} | --client <client id>`,
    summary: 'the linked devices of an account, or of a client with those of all owners (the newest 1000)',
    words: 0,
    moreWords: 1,
    options: { client: { type: 'string' } },
    run: (admin, input) => {
      const { client } = input.options;
      if (typeof client === 'string') return listOfClient(admin, client);
      return withAccount(admin, input, (account) => list(admin, account));
    },
  },
  {
    name: 'devices find',
    usage: '<device id>',
    summary: 'one device by its id, and whose it is',
    words: 1,
    run: find,
  },
  {
    name: 'devices deregister',
    usage: '<email or account id> <device id>',
    summary: 'take the key of one device back',
    words: 2,
    run: (admin, input) => withAccount(admin, input, (account) => deregister(admin, input, account)),
  },
];

async function list({ access }: AdminService, account: Account): Promise<Ending> {
  const found = await access.devices(account);
  const lines = found.map(
    (device) => `${device.id}  ${dateOf(device.lastActivity)}  ${titleOf(device)}${endOf(device)}`,
  );
  const head = found.length === 0 ? 'No devices are linked.' : `${'Device id'.padEnd(22)}  Last used   Name`;
  return done([head, ...lines].join('\n'), { devices: found.map(dataOf) });
}

/** Rows that a terminal shows; a program asks the Admin API for all. */
const MAX_SHOWN = 1000;

async function listOfClient({ clientDevices }: AdminService, clientId: string): Promise<Ending> {
  const { found, more } = await upTo(MAX_SHOWN, (after) => clientDevices.list({ clientId }, after, 100));
  const lines = found.map(
    ({ owner, device }) =>
      `${device.id}  ${owner.id}  ${dateOf(device.lastActivity)}  ${titleOf(device)}${endOf(device)}`,
  );
  const head = `${'Device id'.padEnd(22)}  ${'Account id'.padEnd(22)}  Last used   Name`;
  const devices = found.map(({ owner, device }) => ({ ...dataOf(device), account: owner.id }));
  return done([found.length === 0 ? 'No devices are linked.' : head, ...lines].join('\n'), { devices, more });
}

async function find(
  { clientDevices, clients }: AdminService,
  { words: [id = ''] }: CommandInput,
): Promise<Ending> {
  const found = await clientDevices.find(
    id,
    (await clients.list()).map(({ clientId }) => clientId),
  );
  if (found === 'out-of-time') {
    const message = 'There are more devices than are looked through in a second: list those of its client.';
    return { outcome: 'failed', message };
  }
  if (!found) return { outcome: 'not-found', message: `There is no device ${id}.` };
  const { owner, device } = found;
  const words = `${titleOf(device)} of ${ownerOf(owner)}, account ${owner.id}${endOf(device)}`;
  return done(words, { device: { ...dataOf(device), account: owner.id } });
}

async function deregister(
  { access }: AdminService,
  { words: [, id = ''], confirm, audit }: CommandInput,
  account: Account,
): Promise<Ending> {
  const device = await access.device(account, id);
  const missing: Ending = { outcome: 'not-found', message: `${ownerOf(account)} has no device ${id}.` };
  if (!device) return missing;
  if (!(await confirm(`Deregister ${titleOf(device)} of ${ownerOf(account)}?`))) return notConfirmed;
  if (!(await access.endDevice(account, device))) return missing;
  audit(account, 'done', { device: device.id });
  return done(`${titleOf(device)} is deregistered.`, { device: dataOf(device) });
}

const endOf = ({ endedAt }: LinkedDevice) =>
  endedAt === undefined ? '' : `  (its client ended ${dateOf(endedAt)})`;
const titleOf = (device: LinkedDevice) => nameOf(device) ?? `a device of ${device.clientId}`;
const dateOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

function dataOf(device: LinkedDevice) {
  const { id, claimed, clientId, linkedAt, lastActivity, endedAt } = device;
  const time = (milliseconds: number) => new Date(milliseconds).toISOString();
  return {
    id,
    name: nameOf(device) ?? null,
    type: claimed.type,
    client: clientId,
    linkedAt: time(linkedAt),
    lastActivity: time(lastActivity),
    endedAt: endedAt === undefined ? null : time(endedAt),
  };
}
