/**
 * Counts what a server says to Redis, from outside: a TCP proxy that holds every reply back for some
 * milliseconds. What is sent without waiting for those replies belongs to one round trip; what is sent after
 * them, to the next. Meant for one request at a time.
 */
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Longer than commands that leave together are apart, and than Redis takes to answer them. */
const HELD_BACK_MS = 8;

export interface Counts {
  /** Commands that the server sent; a script counts as one. */
  commands: number;
  /** Times that it waited for Redis, one after the other. */
  trips: number;
}

export class CountingProxy {
  readonly port: number;
  readonly counts: Counts;
  readonly #close: () => void;

  constructor(port: number, counts: Counts, close: () => void) {
    this.port = port;
    this.counts = counts;
    this.#close = close;
  }

  static async start(redisPort: number): Promise<CountingProxy> {
    const counts = { commands: 0, trips: 0 };
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (client) => {
      const redis = createConnection({ port: redisPort, host: '127.0.0.1', noDelay: true });
      for (const socket of [client, redis]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => [client, redis].forEach((end) => void end.destroy()));
      }
      relay(client, redis, counts);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new CountingProxy(port, counts, () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
  }

  reset(): void {
    this.counts.commands = 0;
    this.counts.trips = 0;
  }

  close(): void {
    this.#close();
  }
}

function relay(client: Socket, redis: Socket, counts: Counts): void {
  let waiting = false;
  let held: Buffer[] = [];
  const countCommands = commandCounter();
  client.on('data', (data: Buffer) => {
    if (!waiting) counts.trips += 1;
    waiting = true;
    counts.commands += countCommands(data);
    redis.write(data);
  });
  redis.on('data', (data: Buffer) => {
    held.push(data);
    if (held.length > 1) return;
    setTimeout(() => {
      client.write(Buffer.concat(held));
      held = [];
      waiting = false;
    }, HELD_BACK_MS);
  });
}

/** Commands are arrays of bulk strings, `*2\r\n$3\r\nGET\r\n$1\r\na\r\n`; each chunk says how many end in it. */
function commandCounter(): (chunk: Buffer) => number {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    let commands = 0;
    for (let end = endOfCommand(rest); end > 0; end = endOfCommand(rest)) {
      rest = rest.subarray(end);
      commands += 1;
    }
    return commands;
  };
}

/** 0 when it has not arrived as a whole. */
function endOfCommand(bytes: Buffer): number {
  let at = bytes.indexOf('\r\n');
  if (at < 0) return 0;
  let strings = Number(bytes.toString('latin1', 1, at));
  for (at += 2; strings > 0; strings -= 1) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return 0;
    at = line + 2 + Number(bytes.toString('latin1', at + 1, line)) + 2;
  }
  return at <= bytes.length ? at : 0;
}
