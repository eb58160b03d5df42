import type Provider from 'oidc-provider';
import { digestOf } from '../apps/token-digest.ts';
import { isSelfRegistered } from './clients.ts';

/** Of the secret of a client that registered itself its digest alone is kept, and is what the library has for its secret. */
export function compareDigests(provider: Provider): void {
  const { prototype } = provider.Client as unknown as { prototype: InstanceType<Provider['Client']> };
  const { compareClientSecret } = prototype;
  prototype.compareClientSecret = function compareSecret(actual) {
    return compareClientSecret.call(this, isSelfRegistered(this) ? digestOf(actual) : actual);
  };
}
