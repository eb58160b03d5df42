import type { ClientsOfAccount, RelyingClients } from '../signals/relying-clients.ts';
import { placeOfDevice } from './activity.ts';
import type { StoreContext } from './store-context.ts';

/** Read from what they hold: consents of apps by the names of their clients, devices by what they said of themselves. */
export class RedisRelyingClients implements RelyingClients {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async of(accountId: string): Promise<ClientsOfAccount> {
    const { scripts, keyspace, keyring } = this.#context;
    const reply = await scripts.read('readRelying', keyspace.of(accountId), []);
    const [consents, flat] = reply as [string[], string[]];
    const apps = new Set(consents);
    const devices = new Set<string>();
    for (let at = 0; at < flat.length; at += 2) {
      const [grant = '', sealed = ''] = flat.slice(at, at + 2);
      const said = keyring.open<{ clientId?: string }>(placeOfDevice(accountId, grant), sealed);
      if (said?.clientId !== undefined) devices.add(said.clientId);
    }
    return {
      includes: (clientId) =>
        devices.has(clientId) || keyring.macs('Client', clientId).some((name) => apps.has(name)),
    };
  }
}
