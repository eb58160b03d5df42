import { decodeJwt } from 'jose';
import type Provider from 'oidc-provider';
import type { AppSignOut, AskedSignOut, SignOutRequest } from '../apps/app-sign-out.ts';
import { isSelfRegistered, nameOf } from './client-names.ts';
import { POST_LOGOUT_REDIRECT_URIS } from './clients.ts';
import { otherSpelling, withoutLoopbackPort } from './redirect-uri.ts';
import { MAX_CHARACTERS } from './request-bounds.ts';
import { shownSite } from './unseen-sites.ts';

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

/** What a request of RP-Initiated Logout says, and whether it may say it. */
export class ProviderAppSignOut implements AppSignOut {
  readonly #current: () => Provider;

  constructor(provider: () => Provider) {
    this.#current = provider;
  }

  /** The one that has the keys of now. */
  get #provider(): Provider {
    return this.#current();
  }

  async read(request: SignOutRequest): Promise<AskedSignOut | { error: string }> {
    const { idTokenHint, clientId, redirectUri, state } = request;
    const long = tooLong(request);
    if (long) return { error: `${long} is too long` };
    const hinted = idTokenHint === undefined ? undefined : await this.#clientHinted(idTokenHint);
    if (idTokenHint !== undefined && !hinted) return { error: 'id_token_hint was not issued here' };
    if (hinted && clientId !== undefined && clientId !== hinted.clientId)
      return { error: 'client_id is not the one of id_token_hint' };
    const client = hinted ?? (await this.#clientOf(clientId));
    if (clientId !== undefined && !client) return { error: 'client_id is not known' };
    // Without a client that it belongs to, an address may be an attacker's (RP-Initiated Logout section 3).
    if (redirectUri !== undefined && !(client && isRegistered(client, redirectUri)))
      return { error: 'post_logout_redirect_uri is not registered' };
    return {
      appName: client && nameOf(client),
      goOn: redirectUri === undefined ? undefined : withState(redirectUri, state),
      unseen: redirectUri !== undefined && isSelfRegistered(client) ? shownSite(redirectUri) : undefined,
    };
  }

  /** The client that an ID token was issued to; one that has expired will do. `undefined`: it is none of ours. */
  async #clientHinted(token: string): Promise<Client | undefined> {
    try {
      const client = await this.#clientOf(String(decodeJwt(token).aud));
      if (client) await this.#provider.IdToken.validate(token, client);
      return client;
    } catch {
      return undefined;
    }
  }

  async #clientOf(id: string | undefined): Promise<Client | undefined> {
    return id === undefined ? undefined : this.#provider.Client.find(id);
  }
}

function tooLong({ idTokenHint = '', redirectUri = '', state = '' }: SignOutRequest): string | undefined {
  if (idTokenHint.length > MAX_CHARACTERS.id_token_hint) return 'id_token_hint';
  if (redirectUri.length > MAX_CHARACTERS.redirect_uri) return 'post_logout_redirect_uri';
  return state.length > MAX_CHARACTERS.state ? 'state' : undefined;
}

/** As redirect addresses are: to the letter, with any port on the owner's own machine (RFC 8252 section 7.3). */
function isRegistered(client: Client, uri: string): boolean {
  const registered = client[POST_LOGOUT_REDIRECT_URIS];
  if (!Array.isArray(registered)) return false;
  const spellings = [uri, otherSpelling(uri)].filter((one) => one !== undefined);
  return spellings.some(
    (one) =>
      registered.includes(one) ||
      registered.some((known) => {
        const plain = withoutLoopbackPort(String(known));
        return plain !== undefined && plain === withoutLoopbackPort(one);
      }),
  );
}

function withState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`;
}
