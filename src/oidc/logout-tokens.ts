import { randomUUID } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { LogoutTokens } from '../apps/logout-delivery.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Logout tokens as the library makes them: signed as the client's ID tokens are, without `nonce` (section 2.4). */
export class ProviderLogoutTokens implements LogoutTokens {
  readonly #provider: () => Provider;

  constructor(provider: () => Provider) {
    this.#provider = provider;
  }

  async issue(
    clientId: string,
    { accountId, sid }: { accountId: string; sid: string | undefined },
  ): Promise<string> {
    const provider = this.#provider();
    const client = await provider.Client.find(clientId);
    if (!client) throw new TypeError('an app that is not known is told of nothing');
    const token = new provider.IdToken({ sub: accountId }, { client });
    Object.assign(token, { mask: { sub: null } });
    token.set('events', { [EVENT]: {} });
    token.set('jti', randomUUID());
    token.set('sid', sid);
    return token.issue({ use: 'logout' });
  }
}
