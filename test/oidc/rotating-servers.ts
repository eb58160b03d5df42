/** Two servers of one installation whose signing keys change, on a clock that the test moves. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { Metrics } from '../../src/audit/metrics.ts';
import { SecurityLog } from '../../src/audit/security-log.ts';
import type { KeyTimes } from '../../src/config/key-times.ts';
import type { KeyRing } from '../../src/oidc/key-ring.ts';
import { type KeyRingStore, KeyRotation } from '../../src/oidc/key-rotation.ts';
import type { SigningAlgorithm } from '../../src/oidc/signing-keys.ts';
import { watchSigningKeys } from '../../src/server/signing-keys.ts';
import { request } from '../support/http.ts';
import { type TestProtocol, type TestProtocolOptions, testProtocol } from '../support/test-protocol.ts';
import { randomId, type TestStores, testStores } from '../support/test-stores.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const RING = 'signing-keys';

export class Clock {
  now = Date.UTC(2026, 0, 1);
}

/** The ring in Redis, by the clock of the test. */
export function ringStore({ installationSecrets }: TestStores, clock: Clock): KeyRingStore {
  return {
    openOrMake: async (make) => ({
      ...(await installationSecrets.openOrMake<KeyRing>(RING, () => make(clock.now))),
      now: clock.now,
    }),
    read: async () => ({ ...(await installationSecrets.read<KeyRing>(RING)), now: clock.now }),
    replace: (version, ring) => installationSecrets.replace(RING, version, ring),
  };
}

export interface RotatingServer extends TestProtocol {
  rotation: KeyRotation;
  /** Resolves when it has looked after its keys once more, from its beginning. */
  looked(): Promise<void>;
  /** Lines of its security log. */
  audited: { event: string; key: string }[];
}

/** RSA keys take a second each to make: only the others change here. */
const ALGORITHMS: readonly SigningAlgorithm[] = ['ES256'];

export class RotatingServers {
  readonly clock = new Clock();
  readonly times: KeyTimes;
  readonly #prefix = `t${randomId()}:`;
  readonly #options: TestProtocolOptions;
  readonly servers: RotatingServer[] = [];

  constructor(times: KeyTimes, options: TestProtocolOptions = {}) {
    this.times = times;
    this.#options = options;
  }

  async start(count: number): Promise<this> {
    for (let index = 0; index < count; index += 1) this.servers.push(await this.#started());
    return this;
  }

  get first(): RotatingServer {
    const [first] = this.servers;
    if (!first) throw new Error('not started');
    return first;
  }

  /** Every server has seen the ring as it is. */
  async allLooked(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.looked()));
  }

  async pass(time: number): Promise<void> {
    this.clock.now += time;
    await this.allLooked();
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()));
  }

  async #started(): Promise<RotatingServer> {
    const prefix = this.#prefix;
    const stores = await testStores({ prefix });
    const rotation = new KeyRotation({
      store: ringStore(stores, this.clock),
      times: this.times,
      algorithms: ALGORITHMS,
    });
    const opened = await rotation.open();
    const [first] = this.servers;
    const protocol = await testProtocol({
      ...this.#options,
      prefix,
      keys: opened.published,
      environment: { ...(first && { ISSUER: first.issuer }), ...this.#options.environment },
    });
    const audited: RotatingServer['audited'] = [];
    let [asked, acted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const log = { info: (line: RotatingServer['audited'][number]) => void audited.push(line) };
    const watch = watchSigningKeys(
      {
        rotation: {
          look: async () => {
            await asked.promise;
            const { resolve } = acted;
            [asked, acted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
            // The watch acts on what was found before anything else is done.
            return rotation.look().finally(() => setImmediate(resolve));
          },
        },
        protocol,
        security: new SecurityLog(
          log as unknown as ConstructorParameters<typeof SecurityLog>[0],
          stores.keyring,
        ),
        metrics: new Metrics(),
        log: { warn: () => undefined },
        pause: 1,
      },
      opened,
    );
    const close = async () => {
      const stopped = watch.stop();
      asked.resolve();
      await stopped;
      await protocol.close();
      await stores.connection.close();
    };
    const looked = () => {
      const { promise } = acted;
      asked.resolve();
      return promise;
    };
    return { ...protocol, rotation, looked, audited, close };
  }
}

/** An app that keeps the key set for as long as it was told to, and never asks out of turn. */
export class CachingApp {
  readonly #clock: Clock;
  readonly #server: TestProtocol;
  readonly #keep: number;
  #read: { at: number; keys: JSONWebKeySet } | undefined;
  readonly #earlier: number;

  /**
   * @param keep milliseconds
   * @param earlier by so much less the first time, so that apps do not ask all at once
   */
  constructor(clock: Clock, server: TestProtocol, keep: number, earlier: number) {
    this.#earlier = earlier;
    this.#clock = clock;
    this.#server = server;
    this.#keep = keep;
  }

  /** Throws where the token is not signed by a key that the app knows. */
  async verify(idToken: unknown): Promise<string> {
    const keys = createLocalJWKSet(await this.#keys());
    const { protectedHeader } = await jwtVerify(String(idToken), keys, { issuer: this.#server.issuer });
    return String(protectedHeader.kid);
  }

  async #keys(): Promise<JSONWebKeySet> {
    const { now } = this.#clock;
    if (this.#read && now - this.#read.at < this.#keep) return this.#read.keys;
    const response = await request(`${this.#server.address}/jwks`);
    const keys = (await response.json()) as JSONWebKeySet;
    this.#read = { at: this.#read ? now : now - this.#earlier, keys };
    return keys;
  }
}
