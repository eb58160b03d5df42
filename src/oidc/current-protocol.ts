import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import type { Logger } from 'pino';
import type { PlainAnswers } from '../net/plain-answer.ts';
import type { AccessTokenAdapter } from './adapters/access-tokens.ts';
import { answerLog, plainAnswerLog } from './answer-log.ts';
import { emptySecretIsNone } from './empty-secret.ts';
import { fastPaths } from './fast-path/fast-paths.ts';
import { plainAnswers } from './fast-path/plain-answers.ts';
import { ID_TOKEN_GRANT } from './id-token-clients.ts';
import { newProvider, type ProviderParts } from './new-provider.ts';
import { CLIENT_GRANT } from './own-access.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Everything that knows the signing keys: made anew with each set of them, and swapped whole. */
export interface KeyedProtocol {
  readonly provider: Provider;
  readonly middleware: Middleware;
  readonly inFront: PlainAnswers;
}

interface ProtocolParts extends ProviderParts {
  readonly log: Logger | undefined;
  readonly accessTokens: AccessTokenAdapter;
}

/** The protocol with the keys and the clients of this moment. */
export class CurrentProtocol {
  #parts: ProtocolParts;
  #keys: SigningKeys;
  #serves: string;
  #now: KeyedProtocol;

  constructor(parts: ProtocolParts) {
    this.#parts = parts;
    this.#keys = parts.settings.keys;
    this.#serves = servedTo(parts.directory.all);
    this.#now = keyedProtocol(parts, this.#keys);
  }

  get now(): KeyedProtocol {
    return this.#now;
  }

  get keys(): SigningKeys {
    return this.#keys;
  }

  /** Which grants are served follows from the clients that there are: whether others are served than these need. */
  get isOutdated(): boolean {
    return this.#serves !== servedTo(this.#parts.directory.all);
  }

  /** With the clients that there are now. */
  makeAnew(): void {
    const { settings, directory } = this.#parts;
    this.#serves = servedTo(directory.all);
    this.#parts = { ...this.#parts, settings: { ...settings, clients: [...directory.all] } };
    this.#now = keyedProtocol(this.#parts, this.#keys);
  }

  useKeys(keys: SigningKeys): void {
    this.#keys = keys;
    this.#now = keyedProtocol(this.#parts, keys);
  }
}

/** What is served to these clients beyond what always is. */
const servedTo = (clients: readonly ClientMetadata[]) =>
  [CLIENT_GRANT, ID_TOKEN_GRANT]
    .filter((grant) => clients.some(({ grant_types: types }) => types?.includes(grant)))
    .join();

/** The library takes its keys when it is made, and keeps them. */
function keyedProtocol(parts: ProtocolParts, keys: SigningKeys): KeyedProtocol {
  const { settings, security, log, accessTokens, cors } = parts;
  const provider = newProvider(parts, keys);
  const debug = security && log?.isLevelEnabled('debug') ? { log, security } : undefined;
  return {
    provider,
    inFront: plainAnswers(
      fastPaths(provider, { ...settings, accessTokens, cors, security }),
      debug && plainAnswerLog(debug.log, debug.security),
    ),
    middleware: compose([
      ...(debug ? [answerLog(debug.log, debug.security)] : []),
      emptySecretIsNone(provider),
      compose(provider.middleware) as unknown as Middleware,
    ]),
  };
}
