/** Figures for the people who run the server, in the text format of Prometheus. Nothing in them is about one person. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { NoticeOutcome } from '../notices/notice-turns.ts';
import type { Build } from '../runtime/version.ts';
import type { PollAnswer } from './poll-answer.ts';
import type { SecurityDetails, SecurityEventName } from './security-log.ts';

/** Steps of a device code that are seen as events; `redeemed`: the device has its key. */
const FUNNEL: Readonly<Partial<Record<SecurityEventName, string>>> = {
  'device-code-issued': 'started',
  'link-pushed': 'started',
  'link-key-used': 'started',
  'user-code-accepted': 'seen',
  'device-approved': 'approved',
  'device-denied': 'denied',
  'device-linked': 'redeemed',
};

export interface KeyFigures {
  readonly counted: Readonly<Record<'waiting' | 'signing' | 'retired', number>>;
  /** Seconds since 1970. */
  readonly signsSince: number;
}

/** Counted by the process that has workers. */
export const WORKER_ENDS = {
  name: 'worker_ends_total',
  help: 'Workers that ended without being asked to.',
};

/** What one process counts, to be put together with that of others. */
export type ProcessFigures = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Seconds: from a local Redis that is well to the time at which a request is given up. */
const STORE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export class Metrics {
  readonly #registry = new Registry();
  readonly #funnel = this.#counter('device_codes_total', 'Device codes by the step they reached.', ['step']);
  readonly #polls = this.#counter('polls_total', 'Polls of devices by the answer they got.', ['answer']);
  readonly #events = this.#counter('security_events_total', 'Lines of the security log by event.', ['event']);
  readonly #signIns = this.#counter('sign_ins_total', 'Sign-ins of browsers by how they were proved.', [
    'amr',
  ]);
  readonly #unnamedProxies = this.#counter(
    'unnamed_proxy_requests_total',
    'Requests passed on by a proxy that TRUSTED_PROXIES does not name.',
    [],
  );
  readonly #silentProxies = this.#counter(
    'silent_proxy_requests_total',
    'Requests of a proxy that TRUSTED_PROXIES names and that does not say who asks.',
    [],
  );
  readonly #notices = this.#counter(
    'notices_total',
    'Logout notices to apps, each try, by what became of it.',
    ['outcome'],
  );
  readonly #webhooks = this.#counter(
    'webhooks_total',
    'Webhooks to receivers, each try, by what became of it.',
    ['outcome'],
  );
  readonly #signals = this.#counter(
    'signals_total',
    'Security events to receivers, each try, by what became of it.',
    ['outcome'],
  );
  readonly #store = this.#histogram('redis_seconds', 'Commands sent to Redis.', STORE_BUCKETS, ['outcome']);
  readonly #requests = this.#histogram(
    'http_request_seconds',
    'Requests by route and class of status.',
    REQUEST_BUCKETS,
    ['route', 'status'],
  );

  readonly #mailReady = new Gauge({
    name: 'latchkey_mail_ready',
    help: 'Whether the mail server took what was last tried.',
    aggregator: 'min',
    registers: [this.#registry],
  });

  readonly #clientReloads = this.#counter(
    'clients_reload_total',
    'Readings of the clients file while the server ran, by what became of them.',
    ['outcome'],
  );
  readonly #clientsFile = new Gauge({
    name: 'latchkey_clients_file_info',
    help: 'The clients file that is in use, by the SHA-256 of its text.',
    aggregator: 'max',
    labelNames: ['sha'],
    registers: [this.#registry],
  });

  readonly #build = new Gauge({
    name: 'latchkey_build_info',
    help: 'Which Latchkey serves: its version, the commit of its files, its runtime.',
    aggregator: 'max',
    labelNames: ['version', 'commit', 'node'],
    registers: [this.#registry],
  });

  readonly #workers = new Gauge({
    name: 'latchkey_workers',
    help: 'Processes that serve.',
    registers: [this.#registry],
  });

  /** Texts of this registry are in this form. */
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  constructor() {
    // Not known is neither ready nor not.
    this.#mailReady.remove();
    this.#workers.set(1);
    // One process has no workers; the figure is there all the same, for the rules that name it.
    this.#counter(WORKER_ENDS.name, WORKER_ENDS.help, []);
    collectDefaultMetrics({ register: this.#registry, prefix: 'latchkey_' });
  }

  /** What the security log is told. */
  countEvent(event: SecurityEventName, { amr }: SecurityDetails): void {
    this.#events.inc({ event });
    const step = FUNNEL[event];
    if (step) this.#funnel.inc({ step });
    if (event === 'signed-in') this.#signIns.inc({ amr: amr?.join('+') ?? 'unknown' });
  }

  /** The first poll after a code has expired is, for a device that does as RFC 8628 says, its last. */
  countPoll(answer: PollAnswer): void {
    this.#polls.inc({ answer });
    if (answer === 'expired') this.#funnel.inc({ step: 'expired' });
  }

  countUnnamedProxy(): void {
    this.#unnamedProxies.inc();
  }

  countSilentProxy(): void {
    this.#silentProxies.inc();
  }

  countNotices(outcome: NoticeOutcome | 'dropped', count: number): void {
    this.#notices.inc({ outcome }, count);
  }

  countWebhooks(outcome: NoticeOutcome | 'dropped', count: number): void {
    this.#webhooks.inc({ outcome }, count);
  }

  countSignals(outcome: NoticeOutcome | 'fetched' | 'dropped', count: number): void {
    this.#signals.inc({ outcome }, count);
  }

  countClientsReload(outcome: 'reloaded' | 'refused'): void {
    this.#clientReloads.inc({ outcome });
  }

  /** @param sha of the file that is in use */
  setClientsFile(sha: string): void {
    this.#clientsFile.reset();
    this.#clientsFile.set({ sha }, 1);
  }

  setBuild({ version, commit, node }: Build): void {
    this.#build.set({ version, commit, node }, 1);
  }

  countCommand(seconds: number, outcome: 'ok' | 'failed'): void {
    this.#store.observe({ outcome }, seconds);
  }

  countRequest(route: string, status: number, seconds: number): void {
    this.#requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  /** @param depth of all servers together; asked when the figures are */
  watchQueue(name: string, help: string, depth: () => Promise<number>): void {
    new Gauge({
      name: `latchkey_${name}`,
      help,
      aggregator: 'max',
      registers: [this.#registry],
      async collect() {
        this.set(await depth().catch(() => Number.NaN));
      },
    });
  }

  /** @param read is asked when the figures are */
  watchKeys(read: () => KeyFigures): void {
    new Gauge({
      name: 'latchkey_signing_keys',
      help: 'Published signing keys by what they do.',
      labelNames: ['state'],
      aggregator: 'max',
      registers: [this.#registry],
      collect() {
        for (const [state, count] of Object.entries(read().counted)) this.set({ state }, count);
      },
    });
    new Gauge({
      name: 'latchkey_signing_key_since_seconds',
      help: 'Since when the oldest key that signs has signed, in seconds since 1970.',
      aggregator: 'min',
      registers: [this.#registry],
      collect() {
        this.set(read().signsSince);
      },
    });
  }

  /** Whether the mail server took what was last tried; without a value where no mail is sent to one. */
  setMailReady(ready: boolean): void {
    this.#mailReady.set(ready ? 1 : 0);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** For `MetricsOfAll`. */
  figures(): Promise<ProcessFigures> {
    return this.#registry.getMetricsAsJSON();
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name: `latchkey_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly Label[],
  ): Histogram<Label> {
    return new Histogram({
      name: `latchkey_${name}`,
      help,
      buckets,
      labelNames,
      registers: [this.#registry],
    });
  }
}
