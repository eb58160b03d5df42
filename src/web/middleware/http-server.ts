import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connections } from './connections.ts';
import { isFromProgram } from './protocol-paths.ts';
import { keepSenderTimes, type SenderTimes } from './sender-times.ts';

/** Slow senders are let go. */
const SENDER_TIMES: SenderTimes = { headersTimeout: 10_000, requestTimeout: 30_000 };

const LIMITS = {
  connectionsCheckingInterval: 2_000,
  /** Longer than the 60 s of common load balancers, which otherwise send into a closing connection. */
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
};

/**
 * Connections that the system holds until they are taken: after a power cut thousands come at once. Four times as many took longer on a
 * slow machine than devices wait, so that only what had been given up was taken; who finds no place is tried again by
 * their own system, after 1, 3 and 7 seconds.
 */
const BACKLOG = 1024;

/** How often a draining server looks for connections that have become idle. */
const IDLE_CHECK_MS = 50;

/** Milliseconds. */
export interface DrainTimes {
  /** From saying "not ready" until new connections are refused, so that a load balancer hears of it first. */
  notice: number;
  /** For requests in flight to finish; then they are cut off. */
  timeout: number;
}

/** The listening side of the server, which can stop without breaking off what it has begun. */
export class HttpServer {
  readonly #server: Server;
  #draining: Promise<void> | undefined;
  #retiring: Promise<void> | undefined;

  /** @param connections told of each one; the handler may ask them whether it should serve */
  constructor(handler: RequestListener, connections = new Connections(), times = SENDER_TIMES) {
    this.#server = createServer(LIMITS, (request, response) => {
      const keeps = !this.#isLeaving && connections.keeps(() => isFromProgram(request));
      if (!keeps) response.setHeader('Connection', 'close');
      handler(request, response);
    });
    keepSenderTimes(this.#server, times);
    if (Number.isFinite(connections.most)) this.#server.maxConnections = connections.most;
    this.#server.on('connection', (socket) => {
      connections.taken();
      socket.once('close', () => connections.closed());
    });
  }

  get #isLeaving(): boolean {
    return (this.#draining ?? this.#retiring) !== undefined;
  }

  /** The readiness page says so from the first moment of `drain` on. */
  get draining(): boolean {
    return this.#draining !== undefined;
  }

  /**
   * @param port 0: any free one
   * @returns the port
   * @throws the system's error, such as EADDRINUSE
   */
  async listen(port: number, host?: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Leaves the port to other processes, without a word to readiness: new connections are theirs from now on. Each connection
   * ends with its next answer; one that is not used is left to its client, since a request may be on its way on it, until
   * it would end in any case.
   * @returns when no connection is left, or none can be waited for any longer; see also `drain`, which may follow
   */
  retire(): Promise<void> {
    this.#retiring ??= this.#retire();
    return this.#retiring;
  }

  async #retire(): Promise<void> {
    // The server for HTTP would close the connections on which no request is under way.
    const closed = new Promise<void>((resolve) =>
      NetServer.prototype.close.call(this.#server, () => resolve()),
    );
    const { keepAliveTimeout, connectionsCheckingInterval } = LIMITS;
    const longest = keepAliveTimeout + SENDER_TIMES.requestTimeout + connectionsCheckingInterval;
    const cutOff = setTimeout(() => this.#server.closeAllConnections(), longest);
    await closed;
    clearTimeout(cutOff);
  }

  /** Resolves when no connection is left. A second call waits for the first. */
  drain(times: DrainTimes): Promise<void> {
    this.#draining ??= this.#drain(times);
    return this.#draining;
  }

  async #drain({ notice, timeout }: DrainTimes): Promise<void> {
    if (notice > 0) await sleep(notice);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const idle = setInterval(() => this.#server.closeIdleConnections(), IDLE_CHECK_MS);
    const cutOff = setTimeout(() => this.#server.closeAllConnections(), timeout);
    await closed;
    clearInterval(idle);
    clearTimeout(cutOff);
  }
}
