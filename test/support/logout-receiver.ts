/** Where apps hear that their people have signed out (OpenID Connect Back-Channel Logout 1.0). */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import { eventually } from './eventually.ts';
import type { TestStores } from './test-stores.ts';

interface Heard {
  /** Path of the receiver: which app it is. */
  app: string;
  status: number;
  method: string;
  type: string;
  token: string;
  header: ProtectedHeaderParameters;
  claims: JWTPayload & { sid?: string; events?: unknown; nonce?: unknown };
}

/** `never`: until it is hung up. */
type Answer = number | 'never' | { status: number; headers: Record<string, string> };

export class LogoutReceiver {
  /** Every request, in order. */
  readonly heard: Heard[] = [];
  /** What an app answers, by its path; 200 unless it is said. */
  answers: Record<string, Answer> = {};
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#hear(request).then((answer) => {
        if (answer === 'never') return;
        const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
        response.writeHead(status, headers).end();
      });
    });
  }

  static async start(): Promise<LogoutReceiver> {
    const receiver = new LogoutReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  uri(app: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${app}`;
  }

  /** What an app has taken, once it is so many notices. */
  taken(app: string, count: number): Promise<Heard[]> {
    return eventually(`${count} notices to ${app}`, () => {
      const taken = this.heard.filter((one) => one.app === app && one.status >= 200 && one.status < 300);
      return taken.length >= count ? taken : undefined;
    });
  }

  /** Requests to an app, taken or not, once they are so many. */
  asked(app: string, count: number): Promise<Heard[]> {
    return eventually(`${count} requests to ${app}`, () => {
      const asked = this.heard.filter((one) => one.app === app);
      return asked.length >= count ? asked : undefined;
    });
  }

  /** Breaks off what is not answered. */
  hangUp(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #hear(request: IncomingMessage): Promise<Answer> {
    const body = new URLSearchParams(await text(request));
    const app = (request.url ?? '').slice(1);
    const answer = this.answers[app] ?? 200;
    const token = body.get('logout_token') ?? '';
    this.heard.push({
      app,
      status: answer === 'never' ? 0 : typeof answer === 'number' ? answer : answer.status,
      method: request.method ?? '',
      type: request.headers['content-type'] ?? '',
      token,
      header: decodeProtectedHeader(token),
      claims: decodeJwt(token),
    });
    return answer;
  }
}

/** In one step, so that none is taken between the look and the change. */
const REACH = `
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local state = cjson.decode(redis.call('HGET', KEYS[2], id))
  if ARGV[1] == 'true' or not state.hold then redis.call('ZADD', KEYS[1], 0, id) end
end`;

/** The time has come for what waits for a further try, and, unless that is left out, is held by a server that died. */
export async function reachNextTry(
  { connection, prefix, appEnds }: TestStores,
  clientId: string,
  { alsoHeld }: { alsoHeld: boolean } = { alsoHeld: true },
): Promise<void> {
  const [name] = appEnds.namesOf(clientId);
  const keys = ['due', 'bodies'].map((part) => `${prefix}{notices:${name}}:${part}`);
  await connection.redis.eval(REACH, 2, ...keys, String(alsoHeld));
}
