import { severityOf } from '../alerts/event-labels.ts';
import type { ActivityEvent, EventKind } from '../events/event.ts';
import type { ActivityEntry, ActivityStore } from '../events/event-store.ts';
import type { StoreContext } from './store-context.ts';

/** A stream in the account's slot. Most of it is written by the scripts of other stores, beside their change. */
export class RedisActivity implements ActivityStore {
  readonly #context: StoreContext;
  readonly #isNoticed: (kind: EventKind) => boolean;
  readonly #isHeard: boolean;

  /**
   * @param isNoticed whether receivers may have to hear of such an event
   * @param isHeard whether there are receivers of webhooks, which hear of new accounts, too
   */
  constructor(context: StoreContext, isNoticed: (kind: EventKind) => boolean = () => false, isHeard = false) {
    this.#context = context;
    this.#isNoticed = isNoticed;
    this.#isHeard = isHeard;
  }

  /** Before an account is created. @returns for its script, whether receivers have to hear of it */
  async prepareCreation(accountId: string): Promise<'1' | ''> {
    if (!this.#isHeard) return '';
    const { scripts, keyspace } = this.#context;
    await scripts.change('announceChange', { pending: keyspace.pendingNotices }, [accountId]);
    return '1';
  }

  /**
   * The event for a script that makes a change and writes the event down beside it; empty where nothing is to
   * be told. Every event passes here before its change is made: an account whose owner will have to be alerted
   * is announced first, so that no crash leaves a change that its owner is not told of.
   */
  async prepare(accountId: string, event: ActivityEvent | undefined): Promise<string> {
    return this.#prepare(accountId, event, event !== undefined && this.#isNoticed(event.kind));
  }

  /** The same for a change that may end what an app has: apps that have to hear of it are found by this, too. */
  async prepareEnd(accountId: string, event: ActivityEvent | undefined): Promise<string> {
    return this.#prepare(accountId, event, true);
  }

  async #prepare(accountId: string, event: ActivityEvent | undefined, isNoticed: boolean): Promise<string> {
    const { scripts, keyspace, keyring } = this.#context;
    const isTold = event !== undefined && severityOf(event.kind) !== 'silent';
    const announce = (pending: string) => scripts.change('announceChange', { pending }, [accountId]);
    await Promise.all([
      isTold && announce(keyspace.pendingAlerts),
      isNoticed && announce(keyspace.pendingNotices),
    ]);
    return event ? keyring.seal(placeOfEvent(accountId), event) : '';
  }

  async record(accountId: string, event: ActivityEvent): Promise<void> {
    const { scripts, keyspace } = this.#context;
    await scripts.change('recordEvent', keyspace.of(accountId), [await this.prepare(accountId, event)]);
  }

  async list(accountId: string, page: { before?: string; most: number }): Promise<ActivityEntry[]> {
    const { scripts, keyspace } = this.#context;
    const from = page.before === undefined ? '+' : `(${page.before}`;
    const entries = await scripts.plain('reading recent activity', (redis) =>
      redis.xrevrange(keyspace.of(accountId).activity, from, '-', 'COUNT', page.most),
    );
    return this.opened(accountId, entries);
  }

  async find(accountId: string, entryId: string): Promise<ActivityEntry | undefined> {
    const { scripts, keyspace } = this.#context;
    const entries = await scripts.plain('reading an event', (redis) =>
      redis.xrange(keyspace.of(accountId).activity, entryId, entryId),
    );
    return this.opened(accountId, entries)[0];
  }

  /** Entries of the stream as they are kept. */
  opened(accountId: string, entries: readonly [string, string[]][]): ActivityEntry[] {
    return entries.flatMap(([id, fields]) => this.#open(accountId, id, fieldsOf(fields)));
  }

  /** An entry that does not open was sealed under a secret that is gone; it is left out. */
  #open(accountId: string, id: string, fields: Map<string, string>): ActivityEntry[] {
    const { keyring } = this.#context;
    const event = keyring.open<ActivityEvent>(placeOfEvent(accountId), fields.get('event') ?? '');
    const [grant, about] = [fields.get('of'), fields.get('about')];
    const device =
      grant && about
        ? keyring.open<Record<string, unknown>>(placeOfDevice(accountId, grant), about)
        : undefined;
    const of = event && grant && about ? this.#ofBrowser(event, grant, about) : event;
    return of ? [{ id, at: Number(id.split('-')[0]), event: of, device }] : [];
  }

  /** Of a browser that left for another one: the script that ended it knew which it was, not who sealed the event. */
  #ofBrowser(event: ActivityEvent, uid: string, about: string): ActivityEvent {
    if (event.subject?.type !== 'browser') return event;
    const kept = this.#context.keyring.open<{ userAgent?: string }>(`browser:${uid}`, about);
    return {
      ...event,
      subject: { type: 'browser', id: uid },
      details: { ...event.details, userAgent: kept?.userAgent ?? '' },
    };
  }
}

/** What a device said of itself is sealed for this place, with its grant and with the events about it. */
export function placeOfDevice(accountId: string, grantName: string): string {
  return `device:${accountId}:${grantName}`;
}

export const placeOfEvent = (accountId: string) => `activity:${accountId}`;

function fieldsOf(flat: readonly string[]): Map<string, string> {
  const pairs = flat.flatMap((name, index) =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : [],
  );
  return new Map(pairs);
}
