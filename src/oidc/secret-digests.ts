import type Provider from 'oidc-provider';
import { matchingSecret } from '../apps/client-secrets.ts';
import { secretsOf } from './client-secrets.ts';
import type { SecretUses } from './secret-uses.ts';

/**
 * The library asks whether a secret is that of a client; the fast paths ask it. Where a client may have more than one
 * secret, digests alone are kept, each is compared, until it ends, and its use is recorded.
 */
export function compareSecrets(provider: Provider, uses: Pick<SecretUses, 'record'>): void {
  const { prototype } = provider.Client as unknown as { prototype: InstanceType<Provider['Client']> };
  const { compareClientSecret } = prototype;
  prototype.compareClientSecret = function compareSecret(actual) {
    const secrets = secretsOf(this);
    if (!secrets) return compareClientSecret.call(this, actual);
    const used = matchingSecret(secrets, actual, Date.now());
    if (used) uses.record(used.digest);
    return used !== undefined;
  };
}
