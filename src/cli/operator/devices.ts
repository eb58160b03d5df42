/** Commands about the devices of an account. */
import type { Account } from '../../accounts/account.ts';
import { formatGrantId } from '../../devices/grant-id.ts';
import { type LinkedDevice, nameOf } from '../../devices/linked-device.ts';
import type { AdminService } from '../../server/operator.ts';
import { nameOf as ownerOf, withAccount } from './accounts.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

export const deviceCommands: readonly Command[] = [
  {
    name: 'devices list',
    usage: '<email or account id>',
    summary: 'the linked devices of an account',
    words: 1,
    run: (admin, input) => withAccount(admin, input, (account) => list(admin, account)),
  },
  {
    name: 'devices deregister',
    usage: '<email or account id> <device id>',
    summary: 'take the key of one device back',
    words: 2,
    run: (admin, input) => withAccount(admin, input, (account) => deregister(admin, input, account)),
  },
];

const ownerOfAll = ({ id, epoch }: Account) => ({ accountId: id, epoch });

async function list({ devices }: AdminService, account: Account): Promise<Ending> {
  const found = await devices.list(ownerOfAll(account));
  const lines = found.map(
    (device) => `${device.id}  ${dateOf(device.lastActivity)}  ${titleOf(device)}${endOf(device)}`,
  );
  const head = found.length === 0 ? 'No devices are linked.' : `${'Device id'.padEnd(22)}  Last used   Name`;
  return done([head, ...lines].join('\n'), { devices: found.map(dataOf) });
}

async function deregister(
  { devices, grants }: AdminService,
  { words: [, id = ''], confirm, audit }: CommandInput,
  account: Account,
): Promise<Ending> {
  const owner = ownerOfAll(account);
  const device = await devices.find(owner, id);
  const missing: Ending = { outcome: 'not-found', message: `${ownerOf(account)} has no device ${id}.` };
  if (!device) return missing;
  if (!(await confirm(`Deregister ${titleOf(device)} of ${ownerOf(account)}?`))) return notConfirmed;
  const name = nameOf(device);
  const subject = { type: 'device', id, ...(name !== undefined && { name }) } as const;
  const event = { kind: 'device-deregistered', by: 'operator', subject } as const;
  if (!(await grants.end(formatGrantId({ ...owner, name: id }), event))) return missing;
  audit(account, 'done');
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
