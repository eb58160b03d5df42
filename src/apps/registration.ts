/** Clients register themselves, read, change and remove what they registered (RFC 7591, RFC 7592). */
export interface Registration {
  /**
   * @param metadata as it was sent
   * @param by the address from which the request came, and the initial access token that came with it
   */
  register(
    metadata: unknown,
    by: { readonly address: string; readonly token: string | undefined },
  ): Promise<RegistrationAnswer>;
  /** @param token the registration access token, here and below */
  read(clientId: string, token: string | undefined): Promise<RegistrationAnswer>;
  update(clientId: string, token: string | undefined, metadata: unknown): Promise<RegistrationAnswer>;
  remove(clientId: string, token: string | undefined): Promise<RegistrationAnswer>;
}

export type RegistrationAnswer =
  /** @property body the client information response (RFC 7591 section 3.2.1); absent for one that was removed */
  | { readonly outcome: 'done'; readonly clientId: string; readonly body?: Readonly<Record<string, unknown>> }
  | RefusedMetadata
  /** The token is missing, or not good for this. */
  | { readonly outcome: 'unauthorized'; readonly given: boolean }
  /** As many are registered as may be: in all, or by this network. */
  | { readonly outcome: 'full'; readonly of: 'all' | 'network' };

/** RFC 7591 section 3.2.2. */
export interface RefusedMetadata {
  readonly outcome: 'refused';
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata' | 'invalid_request';
  readonly description: string;
}
