/** The providers of UPSTREAM_FILE, beside a server that runs. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { describeError } from '../errors/error-description.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { Egress } from '../net/egress.ts';
import { guardedFetch } from '../net/egress-fetch.ts';
import { withoutByteOrderMark } from '../runtime/text-file.ts';
import { UpstreamProviders } from '../upstream/providers.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { filesNamedIn, parseUpstreams, UpstreamError } from '../upstream/upstream-file.ts';
import { UpstreamLinking } from '../upstream/upstream-linking.ts';
import type { Parts } from './parts.ts';

/** Milliseconds for one question to a provider: a visitor waits for it. */
const TIMEOUT = 5000;

export const fetchOf = ({ egress }: Pick<Config, 'egress'>) => guardedFetch(new Egress(egress), TIMEOUT);

/** What each says of itself is asked once, whichever page or endpoint needs it. */
export function providersOf(
  config: Pick<Config, 'egress'>,
  now: () => number,
  log?: Pick<Logger, 'error'>,
): UpstreamProviders {
  return new UpstreamProviders({
    fetch: fetchOf(config),
    onFailure: (failure) => log?.error(failure, 'a provider of UPSTREAM_FILE cannot be used'),
    now,
  });
}

export const linkingOf = ({ config, stores, overrides }: Pick<Parts, 'config' | 'stores' | 'overrides'>) =>
  new UpstreamLinking({
    links: stores.upstreamLinks,
    sessions: stores.upstreamSessions,
    sessionLife: config.lifetimes.browserAbsolute,
    ...(overrides.now && { now: overrides.now }),
  });

type UpstreamSettings = Pick<Config, 'upstreamFile' | 'egress' | 'passwordSignIn'>;

/** @throws UpstreamError, also where there is no such file */
export async function readUpstreams(settings: UpstreamSettings): Promise<Upstream[]> {
  const upstreams = await readEntries(settings);
  if (settings.passwordSignIn === 'off' && upstreams.length === 0)
    throw new UpstreamError(['it names no provider, and PASSWORD_SIGN_IN is off: no owner could sign in']);
  return upstreams;
}

async function readEntries({ upstreamFile, egress }: UpstreamSettings): Promise<Upstream[]> {
  if (upstreamFile === undefined) return [];
  const raw = await readFile(upstreamFile, 'utf8').catch((error: Error) => {
    throw new UpstreamError([error.message]);
  });
  const text = withoutByteOrderMark(raw);
  const read = filesNamedIn(text).map(async (path) => {
    const file = await readFile(resolve(dirname(upstreamFile), path), 'utf8').then(
      (found) => ({ text: withoutByteOrderMark(found) }),
      (error: Error) => ({ error: error.message }),
    );
    return [path, file] as const;
  });
  return parseUpstreams(text, new Map(await Promise.all(read)), new Egress(egress));
}

/** Read anew where the operator says so; a faulty file changes nothing, and one line names every fault. */
export class UpstreamFile {
  readonly #settings: UpstreamSettings;
  readonly #log: Pick<Logger, 'info' | 'error'>;
  #upstreams: readonly Upstream[];
  #reading: Promise<void> = Promise.resolve();

  private constructor(
    settings: UpstreamSettings,
    log: Pick<Logger, 'info' | 'error'>,
    upstreams: readonly Upstream[],
  ) {
    this.#settings = settings;
    this.#log = log;
    this.#upstreams = upstreams;
  }

  /** @throws UpstreamError */
  static async open(settings: UpstreamSettings, log: Pick<Logger, 'info' | 'error'>): Promise<UpstreamFile> {
    return new UpstreamFile(settings, log, await readUpstreams(settings));
  }

  get all(): readonly Upstream[] {
    return this.#upstreams;
  }

  find(id: string): Upstream | undefined {
    return this.#upstreams.find((upstream) => upstream.id === id);
  }

  reload(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#reload());
    return this.#reading;
  }

  async #reload(): Promise<void> {
    if (this.#settings.upstreamFile === undefined) return;
    try {
      this.#upstreams = await readUpstreams(this.#settings);
      this.#log.info({ providers: this.#upstreams.length }, 'upstream file reloaded');
    } catch (error) {
      const reason = error instanceof OperatorError ? error.message : describeError(error);
      this.#log.error({ reason }, 'upstream file refused: the providers stay as they were');
    }
  }
}
