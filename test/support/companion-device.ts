/** A device that its maker's phone app sets up: it pushes its own request, and its verifier never leaves it. */
import { createHash, randomBytes } from 'node:crypto';
import { type Answer, DeviceClient } from './device-client.ts';

/** The address that the maker's app has claimed. */
export const MAKERS_APP = 'https://maker.example/linked';

export const RADIO = {
  client_id: 'radio',
  client_name: 'Riverside Radio',
  device_companion: true,
  redirect_uris: [MAKERS_APP],
};

export class CompanionDevice extends DeviceClient {
  readonly verifier = randomBytes(32).toString('base64url');
  /** As the app gave it to the device, and looks for it in the answer. */
  readonly state = randomBytes(16).toString('base64url');
  readonly #from: Record<string, string>;

  /** @param from headers of all that it sends, such as its address behind a proxy */
  constructor(issuer: string, from: Record<string, string> = {}, clientId = 'radio') {
    super(issuer, clientId);
    this.#from = from;
  }

  override post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return super.post(path, fields, { ...this.#from, ...headers });
  }

  /** What it pushes (RFC 9126 section 2.1). */
  fields(changes: Record<string, string> = {}): Record<string, string> {
    return {
      client_id: this.clientId,
      response_type: 'code',
      redirect_uri: MAKERS_APP,
      state: this.state,
      scope: 'openid profile offline_access',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      device_name: 'Kitchen radio',
      device_type: 'speaker',
      device_model: 'R1',
      ...changes,
    };
  }

  push(changes: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post('/par', this.fields(changes), headers);
  }

  /** The address that the app opens in the system's browser. */
  async link(changes: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<URL> {
    const pushed = await this.push(changes, headers);
    if (pushed.status !== 201) throw new Error(`not pushed: ${JSON.stringify(pushed.body)}`);
    return this.linkOf(String(pushed.body['request_uri']));
  }

  linkOf(requestUri: string): URL {
    const url = new URL(`${this.issuer}/auth`);
    url.search = new URLSearchParams({ client_id: this.clientId, request_uri: requestUri }).toString();
    return url;
  }

  /** The app has handed over the code that the browser brought it. */
  redeem(
    code: string,
    changes: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.post('/token', { ...this.redemption(code), ...changes }, headers);
  }

  /** What it sends with its code. */
  redemption(code: string): Record<string, string> {
    return {
      grant_type: 'authorization_code',
      client_id: this.clientId,
      code,
      redirect_uri: MAKERS_APP,
      code_verifier: this.verifier,
    };
  }
}
