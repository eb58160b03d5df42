/** The clients that the operator keeps in the store, beside a server that runs. */
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { describeError } from '../errors/error-description.ts';
import type { Protocol } from '../oidc/protocol.ts';
import type { ResourceCatalog } from '../oidc/resources.ts';
import { ResourcesError, readerErrors } from '../oidc/resources-file.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import type { ClientsFile } from './clients-file.ts';
import type { FileClients } from './protocol-files.ts';

/** Milliseconds: so late what lists clients hears of a new one. A request of its own finds it at once. */
const PAUSE = 2000;

interface ClientsParts {
  readonly protocol: Protocol;
  readonly clientsFile: ClientsFile;
  readonly config: Pick<Config, 'clientsReload'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

/** The clients file and the store, looked at while the server runs. */
export function watchClients({ protocol, clientsFile, config, log }: ClientsParts) {
  const use = (clients: FileClients) => protocol.useClients(clients);
  const file = config.clientsReload > 0 ? clientsFile.watch(use, config.clientsReload) : undefined;
  const stored = watchStoredClients({ clients: protocol.clients, log });
  return {
    reload: () => clientsFile.reload(use),
    stop: async () => {
      await Promise.all([file?.stop(), stored.stop()]);
    },
  };
}

interface StoredClientsParts {
  readonly clients: Pick<Protocol['clients'], 'all' | 'hidden' | 'look'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly pause?: number;
}

/** @throws ResourcesError where an API has no client of the file or of the store as which it could ask */
export async function requireReaders(
  clients: Pick<Protocol['clients'], 'all' | 'look'>,
  resources: ResourceCatalog,
): Promise<void> {
  await clients.look();
  const errors = readerErrors(resources, clients.all);
  if (errors.length > 0) throw new ResourcesError(errors);
}

/** Tells the log once of what is hidden by the clients file, and of what cannot be used. */
function watchStoredClients({ clients, log, pause = PAUSE }: StoredClientsParts): IntervalTask {
  let [hidden, faulty] = ['', ''];
  let isFailing = false;
  const look = async () => {
    const faults = await clients.look();
    isFailing = false;
    const now = clients.hidden.join();
    if (now !== hidden && now !== '')
      log.warn({ clients: clients.hidden }, 'stored clients are hidden by entries of the clients file');
    if (faults.join() !== faulty && faults.length > 0)
      log.error({ faults }, 'stored clients cannot be used: update them');
    [hidden, faulty] = [now, faults.join()];
  };
  return new IntervalTask(look, pause, (error) => {
    if (!isFailing) log.warn({ error: describeError(error) }, 'stored clients could not be looked at');
    isFailing = true;
  });
}
