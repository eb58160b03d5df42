/**
 * What the server itself calls: apps that are told of an end, their keys, the gateway for text messages. A client that
 * names such an address could point it at this machine or at its neighbours (server-side request forgery, OWASP SSRF), so
 * every call goes through here: the name is resolved once, each of its addresses is checked, and no other is connected to.
 */
import { isIP } from 'node:net';
import {
  callAt,
  type EgressAnswer,
  type EgressRequest,
  inTime,
  type ResolvedAddress,
  reachAt,
} from './egress-call.ts';
import { hostOf } from './host.ts';
import { isPublic, Ranges } from './ranges.ts';
import { type Resolve, resolveByNameServers, resolveBySystem } from './resolve-name.ts';

export interface EgressSettings {
  /** Ranges that may be called although they are not public; see `egressErrors`. */
  readonly allow: readonly string[];
  /** Nothing but https is called. */
  readonly httpsOnly: boolean;
}

/** The address may not be called: nothing was connected to. Tells the host alone, since a path may hold a token. */
class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

const TIMEOUT_MS = 15_000;

export class Egress {
  readonly #allowed: Ranges;
  readonly #httpsOnly: boolean;
  readonly #resolve: Resolve;

  constructor({ allow, httpsOnly }: EgressSettings, resolve: Resolve = resolveByNameServers()) {
    this.#allowed = new Ranges(allow);
    this.#httpsOnly = httpsOnly;
    this.#resolve = resolve;
  }

  /**
   * Follows no redirect and heeds no proxy of the environment: either would choose the address anew.
   * @throws EgressRefused; or what the network says, or an `AbortError`/`TimeoutError`
   */
  async request(address: string, request: EgressRequest = {}): Promise<EgressAnswer> {
    return this.#call(new URL(address), request, (url) => this.#checked(url));
  }

  /**
   * The same for an address that the operator has configured to the letter: it may be inside, and without TLS there
   * ([decision 24](../../docs/decisions/0024-what-the-server-calls.md)).
   */
  async requestConfigured(address: string, request: EgressRequest = {}): Promise<EgressAnswer> {
    return this.#call(new URL(address), request, (url) => addressesOf(hostOf(url), resolveBySystem));
  }

  /**
   * Whether a request to it would arrive: it is resolved, checked and connected to, over https up to its certificate.
   * Nothing is sent.
   * @throws as `request`
   */
  async reach(address: string, timeout = TIMEOUT_MS): Promise<void> {
    await this.#reach(new URL(address), timeout, (url) => this.#checked(url));
  }

  /** The same for an address that the operator has configured to the letter. */
  async reachConfigured(address: string, timeout = TIMEOUT_MS): Promise<void> {
    await this.#reach(new URL(address), timeout, (url) => addressesOf(hostOf(url), resolveBySystem));
  }

  /** Whether an address that is written as one, in whatever spelling, may be called; a name is known only when it is called. */
  refusalOf(address: string): string | undefined {
    const url = new URL(address);
    const host = hostOf(url);
    if (this.#httpsOnly && url.protocol !== 'https:') return 'is not https';
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'is neither https nor http';
    if (url.username !== '' || url.password !== '') return 'holds a user or a password';
    return isIP(host) === 0 || this.#isAllowed(host) ? undefined : 'is not a public address';
  }

  async #reach(
    url: URL,
    timeout: number,
    addressesOf: (url: URL) => Promise<readonly ResolvedAddress[]>,
  ): Promise<void> {
    const signal = AbortSignal.timeout(timeout);
    await reachAt(url, await inTime(addressesOf(url), signal), signal);
  }

  async #call(
    url: URL,
    { timeout = TIMEOUT_MS, signal: given, ...request }: EgressRequest,
    addressesOf: (url: URL) => Promise<readonly ResolvedAddress[]>,
  ): Promise<EgressAnswer> {
    const signal = AbortSignal.any([AbortSignal.timeout(timeout), ...(given ? [given] : [])]);
    signal.throwIfAborted();
    const addresses = await inTime(addressesOf(url), signal);
    return callAt(url, addresses, request, signal);
  }

  async #checked(url: URL): Promise<readonly ResolvedAddress[]> {
    const refusal = this.refusalOf(url.href);
    if (refusal !== undefined) throw new EgressRefused(`${url.hostname} ${refusal}`);
    const addresses = await addressesOf(hostOf(url), this.#resolve);
    // One address inside is enough: which of them is connected to is not ours to say.
    if (addresses.length === 0 || !addresses.every(({ address }) => this.#isAllowed(address)))
      throw new EgressRefused(`${url.hostname} is not a public address`);
    return addresses;
  }

  /** An exception holds in every range, be it loopback or an address in the clothes of another. */
  #isAllowed(address: string): boolean {
    return this.#allowed.includes(address) || isPublic(address);
  }
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  return isIP(host) === 0 ? resolve(host) : [{ address: host, family: isIP(host) }];
}
