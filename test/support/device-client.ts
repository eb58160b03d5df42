/** A device as it speaks on the wire: forms in, JSON out. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token?: string;
}

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const NOTES_BASIC = `Basic ${btoa('notes:a+secret+of+the+notes+for+their+tests%2C+40+chars')}`;
export const API_BASIC = `Basic ${btoa('api:a+secret+of+the+API+for+its+tests%2C+40+chars')}`;

export class DeviceClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly #ownHeaders: Record<string, string>;

  /** @param authorization of a client with a secret */
  constructor(issuer: string, clientId = 'tv', authorization?: string) {
    this.issuer = issuer;
    this.clientId = clientId;
    this.#ownHeaders = authorization ? { authorization } : {};
  }

  async post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.issuer}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { ...this.#ownHeaders, ...headers },
      redirect: 'manual',
    });
    const text = await response.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, body };
  }

  /** RFC 8628 section 3.1. */
  authorize(fields: Record<string, string> = {}): Promise<Answer> {
    return this.post('/device/auth', {
      client_id: this.clientId,
      scope: 'openid profile email offline_access',
      ...fields,
    });
  }

  /** RFC 8628 section 3.4. */
  poll(deviceCode: string, fields: Record<string, string> = {}): Promise<Answer> {
    const form = { grant_type: DEVICE_GRANT, device_code: deviceCode, client_id: this.clientId, ...fields };
    return this.post('/token', form);
  }

  refresh(token: string, fields: Record<string, string> = {}): Promise<Answer> {
    const form = { grant_type: 'refresh_token', refresh_token: token, client_id: this.clientId, ...fields };
    return this.post('/token', form);
  }

  revoke(token: string, fields: Record<string, string> = {}): Promise<Answer> {
    return this.post('/token/revocation', { token, client_id: this.clientId, ...fields });
  }

  /** As a resource server would (RFC 7662). */
  async isActive(token: string): Promise<boolean> {
    const { body } = await this.post('/token/introspection', { token }, { authorization: API_BASIC });
    return body['active'] === true;
  }

  /** As the client itself, which needs a secret for it. */
  async seesActive(token: string): Promise<boolean> {
    const { body } = await this.post('/token/introspection', { token });
    return body['active'] === true;
  }

  async userinfo(token: string): Promise<Answer> {
    const response = await fetch(`${this.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  }
}
