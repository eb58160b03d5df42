import type Provider from 'oidc-provider';
import { mayAskFor } from '../cors.ts';

export type PublicClient = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

/**
 * The client of this id, if it has no secret and may use this grant.
 * @param origin of the page that asks in its name, empty where no page does: one that may not gets `undefined`
 */
export async function publicClient(
  provider: Provider,
  id: string,
  grantType: string,
  origin: string,
): Promise<PublicClient | undefined> {
  try {
    const client = await provider.Client.find(id);
    if (client?.clientAuthMethod !== 'none' || !client.grantTypeAllowed(grantType)) return undefined;
    return origin === '' || mayAskFor(client, origin) ? client : undefined;
  } catch {
    return undefined;
  }
}
