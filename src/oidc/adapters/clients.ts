import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { ClientDirectory } from '../client-directory.ts';

/** The library reads clients, and writes none: they are registered by `registration.ts`. */
export class ClientAdapter implements Adapter {
  readonly #clients: Pick<ClientDirectory, 'find'>;

  constructor(clients: Pick<ClientDirectory, 'find'>) {
    this.#clients = clients;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return (await this.#clients.find(id)) as AdapterPayload | undefined;
  }

  upsert = notHere;
  destroy = notHere;
  consume = notHere;
  findByUserCode = notHere;
  findByUid = notHere;
  revokeByGrantId = notHere;
}

async function notHere(): Promise<undefined> {
  throw new TypeError('a client is not changed by the library');
}
