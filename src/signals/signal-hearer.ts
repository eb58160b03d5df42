/** From events of accounts to the streams of those who rely on them. */

import type { AppEnd, AppNames } from '../apps/app-ends.ts';
import { appSessionId } from '../apps/app-session.ts';
import type { ActivityEntry } from '../events/event-store.ts';
import type { EventHearer } from '../notices/event-sweep.ts';
import type { NoticeQueue } from '../notices/notice-queue.ts';
import { caepFields, isTold, toldOf } from './event-signals.ts';
import type { ClientsOfAccount, RelyingClients } from './relying-clients.ts';
import type { SignalBody } from './signal-body.ts';
import { queueName, type SignalStream, type SignalStreamStore } from './signal-stream.ts';
import { SIGNAL_TYPES, type SignalType } from './signal-types.ts';

/** Milliseconds that it is known what used an account before everything ended. */
const KNOWN_FOR = 3_600_000;

interface SignalHearerParts {
  readonly issuer: string;
  readonly streams: Pick<SignalStreamStore, 'all'>;
  readonly queue: Pick<NoticeQueue<SignalBody>, 'add'>;
  readonly relying: RelyingClients;
  readonly names: AppNames;
  /** Of which clients a receiver hears now: itself, and those that it is given; none where it may hear no more. */
  readonly heardBy: (clientId: string) => Promise<readonly string[]>;
  /** Hears that something is told so late that clients of which all has ended since cannot be known any more. */
  readonly onLate: () => void;
  /** Hears of events that had to leave a queue that was full. */
  readonly onDropped: (client: string, dropped: number) => void;
}

/** A stream, and the clients of which its receiver hears. */
interface Listener {
  readonly stream: SignalStream;
  readonly clients: readonly string[];
}

/** What is told, before it is known to which stream. */
interface Told extends Omit<SignalBody, 'event' | 'issued'> {
  readonly type: SignalType;
  /** Names it among what is told of its account. */
  readonly end: string;
  readonly at: number;
}

export class SignalHearer implements EventHearer {
  readonly #with: SignalHearerParts;

  constructor(parts: SignalHearerParts) {
    this.#with = parts;
  }

  async hear(accountId: string, entries: readonly ActivityEntry[]): Promise<void> {
    const told = entries.filter(({ event }) => isTold(event.kind));
    // After the entries were read: what was made before one of them is found.
    const listeners = told.length > 0 ? await this.#listeners() : [];
    if (listeners.length === 0) return;
    const relying = await this.#with.relying.of(accountId);
    const isLate = ({ at }: ActivityEntry) =>
      at < Date.now() - KNOWN_FOR && listeners.some(({ stream }) => stream.since <= at);
    if (told.some(isLate)) this.#with.onLate();
    for (const entry of told) {
      const concerned = listeners.filter(({ clients }) => concerns(entry, clients, relying));
      for (const { stream } of concerned)
        for (const one of this.#toldOf(accountId, entry)) await this.#queue(accountId, stream, one);
    }
  }

  async hearClosed(accountId: string): Promise<void> {
    const listeners = await this.#listeners();
    if (listeners.length === 0) return;
    const relying = await this.#with.relying.of(accountId);
    const at = Date.now();
    const about = {
      type: 'account-purged',
      end: 'closed',
      at,
      subject: this.#user(accountId),
      fields: {},
    } as const;
    for (const { stream, clients } of listeners)
      if (clients.some((client) => relying.includes(client))) await this.#queue(accountId, stream, about);
  }

  /** An app has lost sign-ins: in these browsers alone; what ends all of them is an event of its own. */
  async hearEnd(accountId: string, { id, app, browsers, isWhole }: AppEnd): Promise<void> {
    const listeners = isWhole ? [] : await this.#listeners();
    const at = Number(id.split('-')[0]);
    for (const { stream, clients } of listeners) {
      const client = clients.find((one) => this.#with.names.namesOf(one).includes(app));
      for (const [index, uid] of browsers.entries())
        if (client !== undefined) {
          const session = { format: 'opaque', id: appSessionId(uid, client) };
          const subject = { format: 'complex', user: this.#user(accountId), session };
          const fields = caepFields(at, 'owner');
          const end = `end.${id}.${index}`;
          await this.#queue(accountId, stream, { type: 'session-revoked', end, at, subject, fields });
        }
    }
  }

  async #listeners(): Promise<Listener[]> {
    const streams = (await this.#with.streams.all()).filter(({ status }) => status !== 'disabled');
    const all = streams.map(async (stream) => ({
      stream,
      clients: await this.#with.heardBy(stream.clientId),
    }));
    return (await Promise.all(all)).filter(({ clients }) => clients.length > 0);
  }

  #toldOf(accountId: string, { id, at, event }: ActivityEntry): Told[] {
    const told = toldOf(event.kind);
    if (!Array.isArray(told)) return [];
    const user = this.#user(accountId);
    const { subject: about } = event;
    const device = { format: 'opaque', id: about?.id };
    const subject = about?.type === 'device' ? { format: 'complex', user, device } : user;
    return (told as Exclude<ReturnType<typeof toldOf>, string>).map(({ type, credential }, index) => ({
      type,
      end: `${id}.${index}`,
      at,
      subject,
      fields: isCaep(type) ? { ...caepFields(at, event.by), ...credential?.(event) } : {},
      txn: `${accountId}.${id}`,
    }));
  }

  #user(sub: string) {
    return { format: 'iss_sub', iss: this.#with.issuer, sub };
  }

  async #queue(accountId: string, stream: SignalStream, { type, end, at, ...told }: Told): Promise<void> {
    const hears = stream.requested?.includes(SIGNAL_TYPES[type]) ?? true;
    if (!hears || at < stream.since) return;
    const body = { ...told, event: SIGNAL_TYPES[type], issued: Math.floor(Date.now() / 1000) };
    const dropped = await this.#with.queue.add(queueName(stream.id), { accountId, end, body });
    if (dropped > 0) this.#with.onDropped(stream.clientId, dropped);
  }
}

const isCaep = (type: SignalType) => type === 'session-revoked' || type === 'credential-change';

/** What happens to a device or an app concerns those who hear of its client; what happens to an account all that use it. */
function concerns(
  { event, device }: ActivityEntry,
  clients: readonly string[],
  relying: ClientsOfAccount,
): boolean {
  const { subject } = event;
  if (subject?.type === 'app') return clients.includes(subject.id);
  if (subject?.type === 'device') return clients.includes(String(device?.['clientId']));
  return clients.some((client) => relying.includes(client));
}
