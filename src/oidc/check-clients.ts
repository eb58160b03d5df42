import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import { matchingSecret } from '../apps/client-secrets.ts';
import type { Config } from '../config/config.ts';
import { Egress } from '../net/egress.ts';
import { ClientDirectory } from './client-directory.ts';
import { PUBLISHED_SECRET, secretsOf } from './client-secrets.ts';
import { ClientsError } from './clients.ts';
import { isCompanion, isForDevelopment } from './companion-clients.ts';
import { logoutErrors } from './logout-receivers.ts';

/**
 * The library validates a client at its first use; here each is used once. So is one that the operator has disabled: it may
 * be enabled while the server runs.
 * @param providerOf makes one that has its clients from this directory
 * @throws ClientsError naming every fault
 */
export async function checkClients(
  providerOf: (directory: ClientDirectory) => Provider,
  { clients, config }: { clients: readonly ClientMetadata[]; config: Pick<Config, 'egress' | 'mode'> },
): Promise<void> {
  const provider = providerOf(ClientDirectory.ofFile(clients));
  const errors = logoutErrors(clients, new Egress(config.egress));
  for (const given of clients) {
    const { client_id: id } = given;
    if (config.mode === 'production' && isPublished(given)) {
      errors.push(`${id}: client_secret is the published one of the example; make one: openssl rand -hex 32`);
    }
    if (config.mode === 'production' && isCompanion(given)) {
      const addresses = (given.redirect_uris ?? []).filter(isForDevelopment);
      errors.push(
        ...addresses.map((uri) => `${id}: redirect_uris ${uri} is for development alone: use https`),
      );
    }
    try {
      const known = (await provider.Client.find(id))?.metadata() ?? {};
      const ignored = Object.keys(given).filter((name) => !(name in known));
      errors.push(
        ...ignored.map((name) => `${id}: ${name} is nothing that this server knows: correct or remove it`),
      );
    } catch (error) {
      const { error_description: description, message } = error as Error & { error_description?: string };
      errors.push(`${id}: ${description ?? message}`);
    }
  }
  if (errors.length > 0) throw new ClientsError(errors);
}

function isPublished(given: ClientMetadata): boolean {
  const secrets = secretsOf(given) ?? [];
  return (
    given.client_secret === PUBLISHED_SECRET ||
    matchingSecret(secrets, PUBLISHED_SECRET, Number.NEGATIVE_INFINITY) !== undefined
  );
}
