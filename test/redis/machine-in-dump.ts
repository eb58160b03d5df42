import type { Session } from '../../src/accounts/session.ts';
import { KeyedMachine, LinkKeyOwner } from '../support/link-key-owner.ts';
import type { TestProtocol } from '../support/test-protocol.ts';

/**
 * An owner's key for one network, one that has linked a machine, and one more machine that waits under it.
 * @param mark keeps what must not be found in the dump, and gives it back
 */
export async function machineInDump(
  protocol: TestProtocol,
  browser: Session,
  mark: (what: string, value?: string) => string,
): Promise<void> {
  const owner = LinkKeyOwner.as(protocol.stores, browser);
  const named = async (changes = {}) => {
    const key = await owner.makes({ name: mark('name of a key'), ...changes });
    mark('secret of a key', key.slice(-43));
    return mark('key', key);
  };
  await named({ network: mark('address in the network of a key', '198.51.100.77') });
  const rack = new KeyedMachine(protocol.issuer, await named({ uses: 3 }));
  const waiting = await rack.presents({ device_name: mark('name of a machine that waits') });
  mark('code of a machine that waits', String(waiting.body['device_code']));
  const { body } = await rack.links({ device_name: mark('name of a machine') });
  mark('access token of a machine', String(body['access_token']));
  mark('refresh token of a machine', String(body['refresh_token']));
}
