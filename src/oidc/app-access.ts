import type { AppAccess, ConnectedApp } from '../apps/app-access.ts';
import { type Consent, isLess, narrowedTo, type Owner, standing } from '../apps/consent.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import type { ActivityEvent, EventPlace } from '../events/event.ts';
import type { ClientDirectory } from './client-directory.ts';
import { logoFileOf } from './client-logos.ts';
import { type NamedClient, nameOf } from './client-names.ts';
import { BY_LANGUAGE, linksOf } from './client-words.ts';
import { SELF_REGISTERED } from './clients.ts';
import { appEvent } from './events.ts';
import { narrowGrant } from './new-grant.ts';
import type { ResourceCatalog } from './resources.ts';

type Described = Awaited<ReturnType<ClientDirectory['describe']>>;

/** Of two changes at once, the later one is made on top of the earlier one. */
const TRIES = 5;

export class ProviderAppAccess implements AppAccess {
  readonly #clients: Pick<ClientDirectory, 'describe' | 'letGo'>;
  readonly #consents: ConsentStore;
  readonly #resources: ResourceCatalog;
  /** Milliseconds that what an app was given lives at most. */
  readonly #longestGrant: number;

  constructor(
    clients: Pick<ClientDirectory, 'describe' | 'letGo'>,
    consents: ConsentStore,
    resources: ResourceCatalog,
    grantSeconds: number,
  ) {
    this.#clients = clients;
    this.#consents = consents;
    this.#resources = resources;
    this.#longestGrant = grantSeconds * 1000;
  }

  async list(owner: Owner): Promise<ConnectedApp[]> {
    const consents = await this.#consents.list(owner);
    const there = await Promise.all(consents.map(async (one) => ((await this.#isOver(one)) ? [] : [one])));
    const apps = await Promise.all(there.flat().map((consent) => this.#shown(consent)));
    return apps.sort((one, other) => other.used - one.used);
  }

  async find(owner: Owner, id: string): Promise<ConnectedApp | undefined> {
    const consent = await this.#consent(owner, id);
    return consent && this.#shown(consent);
  }

  async narrow(
    owner: Owner,
    id: string,
    kept: readonly string[],
    place: EventPlace,
  ): Promise<'narrowed' | 'unchanged' | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const consent = standing(await this.#consent(owner, id));
      if (!consent) return undefined;
      const terms = narrowedTo(consent, kept);
      if (!isLess(consent, terms)) return 'unchanged';
      const outcome = await this.#consents.write(owner, terms, {
        replaces: consent,
        less: true,
        narrow: narrowGrant(terms.granted),
        event: appEvent('app-narrowed', await this.#client(consent), place, terms.granted),
      });
      if (outcome === 'written') return 'narrowed';
      if (outcome === 'signed-out') return undefined;
    }
    throw new Error('a consent changes faster than it can be narrowed');
  }

  remove(owner: Owner, id: string, place: EventPlace): Promise<ConnectedApp | undefined> {
    return this.#remove(owner, id, { by: 'owner', place });
  }

  removeFor(owner: Owner, id: string): Promise<ConnectedApp | undefined> {
    return this.#remove(owner, id, { by: 'operator' });
  }

  async #remove(
    owner: Owner,
    id: string,
    by: Pick<ActivityEvent, 'by' | 'place'>,
  ): Promise<ConnectedApp | undefined> {
    const consent = await this.#consent(owner, id);
    if (!consent) return undefined;
    const event = {
      ...appEvent('app-removed', await this.#client(consent), undefined, consent.granted),
      ...by,
    };
    const ended = await this.#consents.end(owner, id, event);
    if (ended === undefined) return undefined;
    const shown = await this.#shown(consent);
    // It has ended whatever becomes of this: a place that is not given back now ends by time.
    await this.#clients.letGo(consent.clientId, owner.accountId).catch(() => undefined);
    return shown;
  }

  async #consent(owner: Owner, id: string): Promise<Consent | undefined> {
    return (await this.#consents.list(owner)).find((consent) => consent.id === id);
  }

  /** Its app registered itself and is gone for good, and nothing that it was given lives any more. */
  async #isOver({ clientId, appName, used }: Consent): Promise<boolean> {
    const isOld = appName !== undefined && used < Date.now() - this.#longestGrant;
    return isOld && !(await this.#clients.describe(clientId));
  }

  async #shown(consent: Consent): Promise<ConnectedApp> {
    const { id, granted, since, used, endedAt } = consent;
    const words = this.#resources.wordsOf(granted);
    const client = await this.#clients.describe(consent.clientId);
    const isUnverified = client?.[SELF_REGISTERED] !== undefined;
    const logoFile = logoFileOf(client, isUnverified);
    const links = linksOf(client, isUnverified);
    const name = nameOf(namedClient(consent, client));
    return { id, name, logoFile, links, scopes: granted, words, since, used, endedAt };
  }

  async #client(consent: Consent): Promise<NamedClient> {
    return namedClient(consent, await this.#clients.describe(consent.clientId));
  }
}

/** A client that is no longer registered goes by the name that it had, or its id, so that its access can still be taken away. */
function namedClient({ clientId, appName }: Consent, client: Described): NamedClient {
  if (!client) return { clientId, clientName: appName };
  const { client_name: clientName, [SELF_REGISTERED]: isSelfRegistered, [BY_LANGUAGE]: words } = client;
  return { clientId, clientName, [SELF_REGISTERED]: isSelfRegistered, [BY_LANGUAGE]: words };
}
