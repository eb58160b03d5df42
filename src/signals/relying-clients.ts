/** Which clients use an account: apps that its owner has let in, and clients of its devices. */
export interface RelyingClients {
  /** As it is now; of what ended with everything, for an hour. */
  of(accountId: string): Promise<ClientsOfAccount>;
}

export interface ClientsOfAccount {
  includes(clientId: string): boolean;
}
