import type Provider from 'oidc-provider';
import { DEVICE_GRANT } from '../clients.ts';
import { mayAskFor } from '../cors.ts';

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

/**
 * The client of this id, if it has no secret and may use device codes.
 * @param origin of the page that asks in its name, empty where no page does: one that may not gets `undefined`
 */
export async function publicDevice(
  provider: Provider,
  id: string,
  origin: string,
): Promise<Client | undefined> {
  try {
    const client = await provider.Client.find(id);
    if (client?.clientAuthMethod !== 'none' || !client.grantTypeAllowed(DEVICE_GRANT)) return undefined;
    return origin === '' || mayAskFor(client, origin) ? client : undefined;
  } catch {
    return undefined;
  }
}
