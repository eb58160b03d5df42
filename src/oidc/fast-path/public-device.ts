import type Provider from 'oidc-provider';
import { DEVICE_GRANT } from '../clients.ts';

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

/** The client of this id, if it has no secret and may use device codes. */
export async function publicDevice(provider: Provider, id: string): Promise<Client | undefined> {
  try {
    const client = await provider.Client.find(id);
    return client?.clientAuthMethod === 'none' && client.grantTypeAllowed(DEVICE_GRANT) ? client : undefined;
  } catch {
    return undefined;
  }
}
