import type Provider from 'oidc-provider';
import { otherSpelling } from './redirect-uri.ts';

/** What the library says against https on the owner's own machine, which development servers listen on. */
const NO_HTTPS_THERE = /native clients using claimed HTTPS URIs must not be using/;

interface ClientSchema {
  invalidate(message: string, code?: string): void;
}

/**
 * Addresses on the owner's own machine: https is taken, and on plain http an address without a path is the one with a
 * slash, since programs write down the one and send the other (docs/decisions/0020). Both ways into the library are
 * those of its documentation.
 */
export function takeLoopbackAddresses(provider: Provider): void {
  const { Client } = provider as unknown as {
    Client: { Schema: { prototype: ClientSchema }; prototype: { redirectUriAllowed(uri: string): boolean } };
  };
  const { invalidate } = Client.Schema.prototype;
  Client.Schema.prototype.invalidate = function refuse(message, code): void {
    if (!NO_HTTPS_THERE.test(message)) invalidate.call(this, message, code);
  };
  const { redirectUriAllowed } = Client.prototype;
  Client.prototype.redirectUriAllowed = function isRegistered(uri): boolean {
    const other = otherSpelling(uri);
    return (
      redirectUriAllowed.call(this, uri) || (other !== undefined && redirectUriAllowed.call(this, other))
    );
  };
}
