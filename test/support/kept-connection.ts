import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { DEVICE_GRANT } from './device-client.ts';

export interface KeptAnswer {
  status: number;
  body: Record<string, unknown>;
  requestId: string;
  /** The server ends the connection with it. */
  isLast: boolean;
}

/** A program that keeps its connection, as devices and proxies do. Each is of a network of its own. */
export class KeptConnection {
  static #networks = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #issuer: URL;
  readonly network: string;

  constructor(issuer: string, network?: string) {
    this.#issuer = new URL(issuer);
    KeptConnection.#networks += 1;
    this.network = network ?? `198.51.${KeptConnection.#networks}.7`;
  }

  async post(path: string, fields: Record<string, string>): Promise<KeptAnswer> {
    const body = new URLSearchParams({ client_id: 'tv', ...fields }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
      'x-forwarded-for': this.network,
    };
    const { hostname: host, port } = this.#issuer;
    const sent = request({ agent: this.#agent, host, port, path, method: 'POST', headers });
    sent.end(body);
    const [response] = await once(sent, 'response');
    return {
      status: response.statusCode,
      body: JSON.parse(await text(response)),
      requestId: response.headers['x-request-id'],
      isLast: response.headers.connection === 'close',
    };
  }

  authorize = () => this.post('/device/auth', { scope: 'openid offline_access' });
  poll = (code: string) => this.post('/token', { grant_type: DEVICE_GRANT, device_code: code });
  close = () => this.#agent.destroy();
}
