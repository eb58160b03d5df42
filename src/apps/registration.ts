import type { LimitName } from '../limits/limits.ts';

/** Clients register themselves, read, change and remove what they registered (RFC 7591, RFC 7592). */
export interface Registration {
  /**
   * @param metadata as it was sent
   * @param by with an initial access token, or without one
   */
  register(metadata: unknown, by: RegistrationRequest): Promise<RegistrationAnswer>;
  /** @param by with a registration access token, here and below */
  read(clientId: string, by: RegistrationRequest): Promise<RegistrationAnswer>;
  update(clientId: string, by: RegistrationRequest, metadata: unknown): Promise<RegistrationAnswer>;
  remove(clientId: string, by: RegistrationRequest): Promise<RegistrationAnswer>;
}

export interface RegistrationRequest {
  /** From which it came. */
  readonly address: string;
  /** That came with it. */
  readonly token: string | undefined;
}

export type RegistrationAnswer =
  /** @property body the client information response (RFC 7591 section 3.2.1); absent for one that was removed */
  | { readonly outcome: 'done'; readonly clientId: string; readonly body?: Readonly<Record<string, unknown>> }
  | RefusedMetadata
  /** The token is missing, or not good for this. */
  | { readonly outcome: 'unauthorized'; readonly given: boolean }
  /** As many are registered as may be: in all, or by this network. */
  | { readonly outcome: 'full'; readonly of: 'all' | 'network' }
  /** So many requests of this network were refused, or about clients of its own, that it has to wait. */
  | { readonly outcome: 'wait'; readonly seconds: number; readonly limit: LimitName };

/** RFC 7591 section 3.2.2. */
export interface RefusedMetadata {
  readonly outcome: 'refused';
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata' | 'invalid_request';
  readonly description: string;
}
