/** The files that say which clients and which APIs there are. */
import { readFile } from 'node:fs/promises';
import { ClientsError, parseClients } from '../oidc/clients.ts';
import { parseResources, ResourcesError } from '../oidc/resources-file.ts';
import { withoutByteOrderMark } from '../runtime/text-file.ts';

interface ProtocolFiles {
  readonly clientsFile: string;
  /** `undefined`: there is none. */
  readonly resourcesFile: string | undefined;
}

/** @throws ClientsError, ResourcesError, also where there is no such file */
export async function readProtocolFiles({ clientsFile, resourcesFile }: ProtocolFiles) {
  const clients = await readFile(clientsFile, 'utf8').catch((error: Error) => {
    throw new ClientsError([`CLIENTS_FILE: ${error.message}`]);
  });
  const resources =
    resourcesFile === undefined
      ? undefined
      : await readFile(resourcesFile, 'utf8').catch((error: Error) => {
          throw new ResourcesError([`RESOURCES_FILE: ${error.message}`]);
        });
  return parseResources(
    resources === undefined ? undefined : withoutByteOrderMark(resources),
    parseClients(withoutByteOrderMark(clients)),
  );
}
