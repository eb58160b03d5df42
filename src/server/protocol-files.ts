/** The files that say which clients and which APIs there are. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type SecretFiles, secretFilesOf } from '../oidc/client-secrets.ts';
import { ClientsError, parseClients } from '../oidc/clients.ts';
import { ownResourcesOf } from '../oidc/own-resources.ts';
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
  /** Absent: no resource is this server's own. */
  readonly issuer?: string;
}

export type FileClients = ReturnType<typeof parseClients>;

/** The clients file as it was read once. */
export interface ReadClients {
  /** SHA-256 of its text, and of the files that it names for secrets: tells two servers, or two readings, apart. */
  readonly digest: string;
  /** @throws ClientsError, ResourcesError where a resource has no reader any more */
  readonly parse: () => FileClients;
}

interface ClientTexts {
  readonly text: string;
  readonly secrets: SecretFiles;
  readonly digest: string;
}

/** @throws ClientsError, also where there is no such file; of files for secrets, each says later why it is not there */
async function textsOf(clientsFile: string): Promise<ClientTexts> {
  const raw = await readFile(clientsFile, 'utf8').catch((error: Error) => {
    throw new ClientsError([`CLIENTS_FILE: ${error.message}`]);
  });
  const text = withoutByteOrderMark(raw);
  const folder = dirname(clientsFile);
  const read = secretFilesOf(text).map(async (path) => {
    const file = await readFile(resolve(folder, path), 'utf8').then(
      (found) => ({ text: found }),
      (error: Error) => ({ error: error.message }),
    );
    return [path, file] as const;
  });
  const secrets = new Map(await Promise.all(read));
  const digest = hash('sha256', secrets.size === 0 ? raw : JSON.stringify([raw, ...secrets]));
  return { text, secrets, digest };
}

/** The clients of the file that a server of these settings reads. @throws ClientsError */
export async function readClients({ clientsFile = EXAMPLE_CLIENTS }: ClientsSetting): Promise<FileClients> {
  const { text, secrets } = await textsOf(clientsFile);
  return parseClients(text, secrets);
}

/**
 * @returns `reread` reads the clients file as it is then, beside the resources as they were read at start
 * @throws ClientsError, ResourcesError, also where there is no such file
 */
export async function readProtocolFiles({
  clientsFile = EXAMPLE_CLIENTS,
  resourcesFile,
  issuer,
}: ProtocolFiles): Promise<{
  clients: FileClients;
  resources: ResourceCatalog;
  digest: string;
  reread: () => Promise<ReadClients>;
}> {
  const texts = await textsOf(clientsFile);
  const resourcesText =
    resourcesFile === undefined
      ? undefined
      : await readFile(resourcesFile, 'utf8').catch((error: Error) => {
          throw new ResourcesError([`RESOURCES_FILE: ${error.message}`]);
        });
  const parse = ({ text, secrets }: ClientTexts) =>
    parseResources(
      resourcesText === undefined ? undefined : withoutByteOrderMark(resourcesText),
      parseClients(text, secrets),
      true,
      issuer === undefined ? undefined : ownResourcesOf(issuer),
    );
  const reread = async () => {
    const now = await textsOf(clientsFile);
    return { digest: now.digest, parse: () => parse(now).clients };
  };
  return { ...parse(texts), digest: texts.digest, reread };
}
