/** The clients file of a running server: read anew where the operator says so, or where it has changed. */
import type { Logger } from 'pino';
import type { Metrics } from '../audit/metrics.ts';
import { describeError } from '../errors/error-description.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { clientWarnings } from '../oidc/client-warnings.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import type { FileClients, ReadClients } from './protocol-files.ts';

interface ClientsFileParts {
  readonly clients: FileClients;
  readonly digest: string;
  readonly reread: () => Promise<ReadClients>;
  readonly metrics: Pick<Metrics, 'countClientsReload' | 'setClientsFile'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** Puts them to use, all or none. */
type UseClients = (clients: FileClients) => Promise<void>;

/** `sha`: of the file that is in use. */
interface Reloaded {
  readonly outcome: 'reloaded' | 'refused';
  readonly sha: string;
  /** What was wrong. */
  readonly reason?: string;
}

export class ClientsFile {
  readonly #with: ClientsFileParts;
  #clients: FileClients;
  #digest: string;
  /** Of the file that was looked at last, good or not: a faulty one is told of once. */
  #seen: string;
  #reading: Promise<unknown> = Promise.resolve();
  #heard: () => Promise<unknown> = async () => undefined;

  constructor(parts: ClientsFileParts) {
    this.#with = parts;
    this.#clients = parts.clients;
    this.#digest = parts.digest;
    this.#seen = parts.digest;
    parts.metrics.setClientsFile(parts.digest);
    this.#warn();
  }

  /** The same array for as long as they are the same. */
  get clients(): FileClients {
    return this.#clients;
  }

  /** Of the file that is in use. */
  get sha(): string {
    return this.#digest;
  }

  /** @param heard when another file is used */
  onReload(heard: () => Promise<unknown>): void {
    this.#heard = heard;
  }

  /** As the operator asks: one after the other. A faulty file changes nothing, and one line names every fault. */
  reload(use: UseClients): Promise<Reloaded> {
    const reading = this.#reading.then(() => this.#reload(use, true));
    this.#reading = reading;
    return reading;
  }

  /** @param pause milliseconds between looks whether the file has changed */
  watch(use: UseClients, pause: number): IntervalTask {
    return new IntervalTask(
      () => {
        const reading = this.#reading.then(() => this.#reload(use, false));
        this.#reading = reading;
        return reading;
      },
      pause,
      () => undefined,
    );
  }

  async #reload(use: UseClients, isAsked: boolean): Promise<Reloaded> {
    const { log, metrics, reread } = this.#with;
    try {
      const { digest, parse } = await reread();
      if (!isAsked && digest === this.#seen) return { outcome: 'reloaded', sha: this.#digest };
      this.#seen = digest;
      const clients = parse();
      await use(clients);
      this.#clients = clients;
      this.#digest = digest;
      metrics.setClientsFile(digest);
      metrics.countClientsReload('reloaded');
      log.info({ clients: clients.length, sha: digest }, 'clients file reloaded');
      this.#warn();
      await this.#heard().catch(() => undefined);
      return { outcome: 'reloaded', sha: digest };
    } catch (error) {
      metrics.countClientsReload('refused');
      const why = error instanceof OperatorError ? error.message : describeError(error);
      log.error({ reason: why, sha: this.#digest }, 'clients file refused: the clients stay as they were');
      return {
        outcome: 'refused',
        sha: this.#digest,
        reason: typeof why === 'string' ? why : 'It failed: see the log.',
      };
    }
  }

  #warn(): void {
    for (const warning of clientWarnings(this.#clients)) this.#with.log.warn({ warning }, 'clients file');
  }
}
