import { isAlive } from '../devices/client-state.ts';
import type { GrantId } from '../devices/grant-id.ts';
import { placeOfDevice } from './activity.ts';
import type { ClientContext } from './store-context.ts';

/** As `listDevices` tells of one. */
type Row = [id: string, ...described: (string | number)[], sealed: string];

/**
 * Ends the grants of devices whose client the operator has ended: they open nothing, and hold places.
 * @returns whether there were any
 */
export async function removeEnded(
  { scripts, keyspace, keyring, clientStates }: ClientContext,
  { accountId, epoch }: Pick<GrantId, 'accountId' | 'epoch'>,
): Promise<boolean> {
  const keys = keyspace.of(accountId);
  const epochs = await clientStates.current();
  if (epochs.areUntouched) return false;
  const rows = ((await scripts.read('listDevices', keys, [epoch])) ?? []) as Row[];
  const ended = rows.filter((row) => {
    const said = keyring.open<object>(placeOfDevice(accountId, row[0]), String(row.at(-1)));
    return said !== undefined && !isAlive(epochs, said);
  });
  await Promise.all(ended.map(([id]) => scripts.change('endGrant', keys, [id, '', ''])));
  return ended.length > 0;
}
