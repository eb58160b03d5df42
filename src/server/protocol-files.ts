/** The files that say which clients and which APIs there are. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientsError, parseClients } from '../oidc/clients.ts';
import type { ResourceCatalog } from '../oidc/resources.ts';
import { parseResources, ResourcesError } from '../oidc/resources-file.ts';
import { withoutByteOrderMark } from '../runtime/text-file.ts';

const EXAMPLE_CLIENTS = join(import.meta.dirname, '../../clients.example.json');

interface ClientsSetting {
  /** `undefined`: those that come with Latchkey. */
  readonly clientsFile: string | undefined;
}

interface ProtocolFiles extends ClientsSetting {
  /** `undefined`: there is none. */
  readonly resourcesFile: string | undefined;
}

export type FileClients = ReturnType<typeof parseClients>;

/** The clients file as it was read once. */
export interface ReadClients {
  /** SHA-256 of its text: tells two servers, or two readings, apart. */
  readonly digest: string;
  /** @throws ClientsError, ResourcesError where a resource has no reader any more */
  readonly parse: () => FileClients;
}

/** @throws ClientsError, also where there is no such file */
async function textOf(clientsFile: string): Promise<string> {
  try {
    return await readFile(clientsFile, 'utf8');
  } catch (error) {
    throw new ClientsError([`CLIENTS_FILE: ${(error as Error).message}`]);
  }
}

/** The clients of the file that a server of these settings reads. @throws ClientsError */
export async function readClients({ clientsFile = EXAMPLE_CLIENTS }: ClientsSetting): Promise<FileClients> {
  return parseClients(withoutByteOrderMark(await textOf(clientsFile)));
}

/**
 * @returns `reread` reads the clients file as it is then, beside the resources as they were read at start
 * @throws ClientsError, ResourcesError, also where there is no such file
 */
export async function readProtocolFiles({
  clientsFile = EXAMPLE_CLIENTS,
  resourcesFile,
}: ProtocolFiles): Promise<{
  clients: FileClients;
  resources: ResourceCatalog;
  digest: string;
  reread: () => Promise<ReadClients>;
}> {
  const text = await textOf(clientsFile);
  const resourcesText =
    resourcesFile === undefined
      ? undefined
      : await readFile(resourcesFile, 'utf8').catch((error: Error) => {
          throw new ResourcesError([`RESOURCES_FILE: ${error.message}`]);
        });
  const parse = (clients: string) =>
    parseResources(
      resourcesText === undefined ? undefined : withoutByteOrderMark(resourcesText),
      parseClients(withoutByteOrderMark(clients)),
    );
  const reread = async () => {
    const now = await textOf(clientsFile);
    return { digest: hash('sha256', now), parse: () => parse(now).clients };
  };
  return { ...parse(text), digest: hash('sha256', text), reread };
}
