/** What a server calls by itself: programs and apps that are told what happened, the gateway for texts. */
import type { Config } from '../config/config.ts';
import { logoutReceivers } from '../oidc/logout-receivers.ts';
import { StoredClients } from '../oidc/stored-clients.ts';
import type { Stores } from '../redis/stores.ts';
import { readWebhooks } from './notices.ts';
import { readProtocolFiles } from './protocol-files.ts';

export interface CalledAddress {
  /** Whose it is, for the operator. */
  readonly name: string;
  /** Its path may hold a token. */
  readonly url: string;
  /** Written by the operator to the letter: it may be inside. */
  readonly isConfigured?: boolean;
}

/** @throws OperatorError: of a file that is faulty */
export async function addressesInSettings(config: Config): Promise<CalledAddress[]> {
  const webhooks = (await readWebhooks(config)).map(({ id, url }) => ({
    name: `webhook receiver ${id}`,
    url,
  }));
  const { clients } = await readProtocolFiles(config);
  const gateway = config.smsWebhookUrl?.reveal();
  return [
    ...webhooks,
    ...appsAmong(clients),
    ...(gateway === undefined ? [] : [{ name: 'SMS_WEBHOOK_URL', url: gateway, isConfigured: true }]),
  ];
}

/** @throws OperatorError, StoreUnavailable */
export async function addressesInStore(config: Config, stores: Stores): Promise<CalledAddress[]> {
  const { resources } = await readProtocolFiles(config);
  const stored = new StoredClients(stores.operatorClients, resources);
  await stored.look();
  const streams = config.sharedSignals ? await stores.signalStreams.all() : [];
  const pushed = streams.flatMap(({ clientId, delivery }) =>
    delivery.method === 'push' ? [{ name: `stream of ${clientId}`, url: delivery.url }] : [],
  );
  return [...appsAmong(stored.known), ...pushed];
}

function appsAmong(clients: Parameters<typeof logoutReceivers>[0]): CalledAddress[] {
  return logoutReceivers(clients).map(({ clientId, uri }) => ({ name: `logout of ${clientId}`, url: uri }));
}
