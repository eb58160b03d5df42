/** How an address that may be called is called: see `Egress`. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect, isIP, type LookupFunction } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hostOf } from './host.ts';

export interface EgressRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for all of it: the name, the connection and the answer. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /**
   * Bytes of the answer's body that are read at most, by its status where that matters; more is an error. 0: none is looked at,
   * however long it is.
   */
  readonly maxBytes?: number | ((status: number) => number);
}

export interface EgressAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer<ArrayBuffer>;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

const MAX_BYTES = 256 * 1024;

/** Resolving a name cannot be broken off; waiting for it can. */
export async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/**
 * One request to these addresses and no other; it follows no redirect.
 * @throws what the network says, or why the signal was aborted
 */
export function callAt(
  url: URL,
  addresses: readonly ResolvedAddress[],
  { method = 'GET', headers = {}, body, maxBytes = MAX_BYTES }: EgressRequest,
  signal: AbortSignal,
): Promise<EgressAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<EgressAnswer>();
  const client = url.protocol === 'https:' ? https : http;
  const outgoing = client.request(
    {
      protocol: url.protocol,
      hostname: hostOf(url),
      port: url.port,
      path: url.pathname + url.search,
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
      lookup: answering(addresses),
      // One of its own: it keeps no connection for the next call, and the environment tells it of no proxy.
      agent: new client.Agent(),
      signal,
    },
    (answer) =>
      void readAnswer(answer, mostOf(answer, maxBytes)).then(resolve, (error) =>
        reject(reasonOf(error, signal)),
      ),
  );
  outgoing.on('error', (error) => reject(reasonOf(error, signal)));
  outgoing.end(body);
  return promise;
}

/**
 * Connects to one of these addresses, over https until its certificate is believed, and sends nothing.
 * @throws as `callAt`
 */
export async function reachAt(
  url: URL,
  addresses: readonly ResolvedAddress[],
  signal: AbortSignal,
): Promise<void> {
  const [host, isTls] = [hostOf(url), url.protocol === 'https:'];
  const to = { host, port: Number(url.port) || (isTls ? 443 : 80), lookup: answering(addresses) };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = isTls
    ? connectTls({ ...to, ...(isIP(host) === 0 && { servername: host }) }, resolve)
    : connect(to, resolve);
  socket.on('error', reject);
  try {
    await inTime(promise, signal);
  } finally {
    socket.destroy();
  }
}

/** What the time-out says is worth more than the broken connection that came of it. */
const reasonOf = (error: unknown, signal: AbortSignal): unknown => (signal.aborted ? signal.reason : error);

/** Says once more what was resolved and checked, whatever the name leads to by now. */
function answering(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_host, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, [...addresses]);
    else if (first) done(null, first.address, first.family);
    else done(new Error('no address'), '');
  };
}

const mostOf = ({ statusCode = 0 }: IncomingMessage, most: number | ((status: number) => number)) =>
  typeof most === 'number' ? most : most(statusCode);

async function readAnswer(answer: IncomingMessage, maxBytes: number): Promise<EgressAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (maxBytes > 0) {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Error('the answer is too long');
      chunks.push(chunk);
    }
  }
  answer.destroy();
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}
