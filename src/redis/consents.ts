import type { Consent, ConsentTerms, Owner } from '../apps/consent.ts';
import {
  type AppGrant,
  type BegunAppGrant,
  type ConsentChange,
  type ConsentStore,
  MAX_APP_GRANTS,
} from '../apps/consent-store.ts';
import { type ClientEpochs, endedAt, isAlive, SHOWN_AS_ENDED } from '../devices/client-state.ts';
import { formatGrantId, parseGrantId } from '../devices/grant-id.ts';
import type { Payload } from '../devices/payload.ts';
import type { ActivityEvent } from '../events/event.ts';
import type { RedisActivity } from './activity.ts';
import { openGrant, sealGrant } from './grants.ts';
import { openProfile } from './profiles.ts';
import type { ClientContext } from './store-context.ts';

/** A consent with what only the store needs: the name of its field, and the grants under it. */
interface Kept {
  name: string;
  consent: Consent;
  grants: Map<string, Payload>;
}

type Row = [
  name: string,
  id: string,
  version: string,
  cut: string,
  sealed: string,
  since: number,
  used: number,
  grants: string[],
];

/** A field for each app in the account's slot, named by the HMAC of its client id. */
export class RedisConsents implements ConsentStore {
  readonly #context: ClientContext;
  readonly #activity: RedisActivity;

  constructor(context: ClientContext, activity: RedisActivity) {
    this.#context = context;
    this.#activity = activity;
  }

  async find(owner: Owner, clientId: string): Promise<Consent | undefined> {
    const [kept] = await this.#read(owner, '', this.#namesOf(clientId));
    return kept?.consent;
  }

  async list(owner: Owner): Promise<Consent[]> {
    const consents = (await this.#read(owner, 'grants', [])).map(({ consent }) => consent);
    return consents.filter(({ endedAt: at }) => at === undefined || at > Date.now() - SHOWN_AS_ENDED);
  }

  async write(
    owner: Owner,
    terms: ConsentTerms,
    { replaces, less, narrow, event }: ConsentChange,
  ): Promise<'written' | 'changed' | 'signed-out'> {
    const { scripts, keyspace } = this.#context;
    const { accountId } = owner;
    const names = this.#namesOf(terms.clientId);
    const [kept] = replaces ? await this.#read(owner, 'grants', names) : [];
    if (replaces && !kept) return 'changed';
    const narrowed = [...(less && kept ? kept.grants : [])].flatMap(([grant, payload]) => [
      grant,
      this.#sealGrant(owner, grant, narrow(payload)),
    ]);
    const name = kept?.name ?? names[0] ?? '';
    const told = await this.#activity.prepare(accountId, event);
    const sealed = this.#context.keyring.seal(placeOfConsent(accountId, name), terms);
    const args = [owner.epoch, name, replaces?.version ?? '', sealed, less ? 'less' : '', told, ...narrowed];
    return (await scripts.change('writeConsent', keyspace.of(accountId), args)) as
      | 'written'
      | 'changed'
      | 'signed-out';
  }

  async begin(grantId: string, beginning: AppGrant): Promise<BegunAppGrant> {
    const { scripts, keyspace, keyring, clientStates } = this.#context;
    const id = parseGrantId(grantId);
    if (!id) throw new TypeError('not the id of an account’s grant');
    const { accountId } = id;
    const { cut, browser = '', session, lifetime, payload } = beginning;
    await this.#activity.prepareEnd(accountId, undefined);
    const sealed = sealGrant(keyring, grantId, payload);
    const names = this.#namesOf(beginning.clientId);
    const args = [id.epoch, id.name, cut, browser, lifetime, sealed, MAX_APP_GRANTS, session, ...names];
    const begun = scripts.change('beginAppGrant', keyspace.of(accountId), args);
    const [reply, epochs] = await Promise.all([begun, clientStates.current()]);
    const [outcome, sealedProfile] = reply as [BegunAppGrant['outcome'], string | null];
    if (outcome !== 'begun') return { outcome };
    if (!isAlive(epochs, payload)) return { outcome: 'refused' };
    const profile = openProfile(keyring, accountId, sealedProfile);
    return { outcome, authority: { payload, generation: 0, profile } };
  }

  async end(owner: Owner, id: string, event?: ActivityEvent): Promise<number | undefined> {
    const { scripts, keyspace } = this.#context;
    const { accountId } = owner;
    const told = await this.#activity.prepareEnd(accountId, event);
    // Its name may change while it is ended: then it is there under another one.
    for (let before = ''; ; ) {
      const kept = (await this.#read(owner, '', [])).find(({ consent }) => consent.id === id);
      if (!kept || kept.name === before) return undefined;
      const args = [kept.name, id, told];
      const ended = (await scripts.change('endConsent', keyspace.of(accountId), args)) as number;
      if (ended >= 0) return ended;
      before = kept.name;
    }
  }

  async #read(owner: Owner, want: 'grants' | '', names: readonly string[]): Promise<Kept[]> {
    const { scripts, keyspace, clientStates } = this.#context;
    const args = [owner.epoch, want, ...names];
    const read = scripts.read('readConsents', keyspace.of(owner.accountId), args);
    const [rows, epochs] = await Promise.all([read, clientStates.current()]);
    return (rows as Row[]).flatMap((row) => this.#open(owner, row, epochs));
  }

  #open(
    owner: Owner,
    [name, id, version, cut, sealed, since, used, grants]: Row,
    epochs: ClientEpochs,
  ): Kept[] {
    const { keyring } = this.#context;
    const terms = keyring.open<ConsentTerms>(placeOfConsent(owner.accountId, name), sealed);
    if (!terms) return [];
    const payloads = new Map<string, Payload>();
    for (let index = 0; index < grants.length; index += 2) {
      const [grant = '', text = ''] = grants.slice(index, index + 2);
      const payload = openGrant(keyring, this.#idOf(owner, grant), text);
      if (payload) payloads.set(grant, payload);
    }
    const ended = endedAt(epochs, terms);
    const consent = {
      ...terms,
      id,
      version,
      cut,
      since,
      used,
      ...(ended !== undefined && { endedAt: ended }),
    };
    return [{ name, consent, grants: payloads }];
  }

  #sealGrant(owner: Owner, grant: string, payload: Payload): string {
    return sealGrant(this.#context.keyring, this.#idOf(owner, grant), payload);
  }

  #idOf({ accountId, epoch }: Owner, name: string): string {
    return formatGrantId({ accountId, epoch, name });
  }

  #namesOf(clientId: string): readonly string[] {
    return this.#context.keyring.macs('Client', clientId);
  }
}

export const placeOfConsent = (accountId: string, name: string) => `consent:${accountId}:${name}`;
