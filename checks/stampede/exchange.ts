/** One request of a device over a new connection, with as little work for the asking side as can be. */
import { connect, type Socket } from 'node:net';

export interface Reply {
  status: number;
  /** Seconds after which it may come again, where that is said. */
  retryAfter: number | undefined;
  body: Record<string, unknown>;
}

export interface Door {
  port: number;
  /** Address of this machine that it comes from: each has 28,000 ports. */
  from: string;
  /** Address of the device, as a proxy tells it. */
  address: string;
  /** Its last connection: clients keep them for the next request, as long as the server does. */
  kept?: Socket | undefined;
}

/** Milliseconds that a device waits for an answer. */
const TIMEOUT = 10_000;

/**
 * @returns `undefined` where the connection ends before an answer, or none has come in time
 */
export function post(door: Door, path: string, fields: Record<string, string>): Promise<Reply | undefined> {
  const form = new URLSearchParams(fields).toString();
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `X-Forwarded-For: ${door.address}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${form.length}`,
  ];
  door.kept?.destroy();
  const socket = connect({ port: door.port, host: '127.0.0.1', localAddress: door.from, noDelay: true });
  door.kept = socket;
  socket.write(`${head.join('\r\n')}\r\n\r\n${form}`);
  return new Promise((resolve) => hear(socket, resolve));
}

function hear(socket: Socket, tell: (reply: Reply | undefined) => void): void {
  let text = '';
  const end = (reply?: Reply) => {
    clearTimeout(timer);
    if (!reply) socket.destroy();
    tell(reply);
  };
  // What has come by then is read: on a busy machine the timer may be heard before an answer that was there in time.
  const timer = setTimeout(() => setImmediate(end), TIMEOUT);
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const reply = read(text);
    if (reply) end(reply);
  });
  socket.on('error', () => end());
  socket.on('close', () => end());
}

/** `undefined` while it is not whole. */
function read(text: string): Reply | undefined {
  const at = text.indexOf('\r\n\r\n');
  if (at < 0) return undefined;
  const head = text.slice(0, at);
  const body = text.slice(at + 4);
  if (body.length < Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)) return undefined;
  const retryAfter = /^retry-after: (\d+)/im.exec(head)?.[1];
  return {
    status: Number(head.slice(9, 12)),
    retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
    body: body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : {},
  };
}
