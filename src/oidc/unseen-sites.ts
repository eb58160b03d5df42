/**
 * An attacker may register an app, and could have owners sent on to its site by a link to this server (RFC 9700 section
 * 4.11.2). So what such an app is answered goes there by itself only where the owner has seen the site on the consent page.
 */
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { standing } from '../apps/consent.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import type { Worded } from '../words/worded.ts';
import { isSelfRegistered, nameOf } from './client-names.ts';
import { isLocal } from './redirect-uri.ts';
import { requestCache } from './request-cache.ts';

/** An answer that goes no further unless the visitor wants it to. */
export interface HeldAnswer {
  readonly appName: Worded;
  /** `undefined`: a program on the visitor's own machine. */
  readonly site: string | undefined;
  /** Where it would have gone, with what it says. */
  readonly address: string;
  /** What it says, where it goes there as a form. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** Where answers go by way of the browser. */
const TO_APPS: ReadonlySet<string> = new Set(['authorization', 'resume']);

export class UnseenSites {
  readonly #consents: Pick<ConsentStore, 'find'>;
  readonly #show: (ctx: KoaContextWithOIDC, held: HeldAnswer) => void;

  /** @param show writes the page */
  constructor(
    consents: Pick<ConsentStore, 'find'>,
    show: (ctx: KoaContextWithOIDC, held: HeldAnswer) => void,
  ) {
    this.#consents = consents;
    this.#show = show;
  }

  watch(provider: Provider): void {
    const origin = new URL(provider.issuer).origin;
    provider.use(async (ctx, next) => {
      await next();
      const address = ctx.response.get('Location');
      const isLeaving = address !== '' && URL.parse(address, origin)?.origin !== origin;
      if (isLeaving) await this.holds(ctx as KoaContextWithOIDC, address);
    });
  }

  /**
   * Shows a page in place of an answer that goes to a site which the owner has not seen.
   * @throws StoreUnavailable
   */
  async holds(ctx: KoaContextWithOIDC, address: string, fields?: HeldAnswer['fields']): Promise<boolean> {
    const { client, route = '' } = ctx.oidc ?? {};
    if (!client || !isSelfRegistered(client) || !TO_APPS.has(route)) return false;
    if (wasAsked(ctx) || (await this.#hasSeen(ctx, client.clientId, address))) return false;
    ctx.remove('Location');
    this.#show(ctx, { appName: nameOf(client), ...shownSite(address), address, fields });
    return true;
  }

  async #hasSeen(ctx: KoaContextWithOIDC, clientId: string, address: string): Promise<boolean> {
    const { browser } = requestCache(ctx);
    const consent = browser && standing(await this.#consents.find(browser, clientId));
    return consent?.site !== undefined && consent.site === siteOf(address);
  }
}

/** How a page names it. */
export function shownSite(address: string): { site: string | undefined } {
  return { site: isLocal(address) ? undefined : new URL(address).host };
}

/** What a consent says of where the app was answered: no port of an app on the owner's own machine, which changes. */
export function siteOf(address: string): string {
  const url = URL.parse(address);
  if (!url) return '';
  return isLocal(address) ? `${url.protocol}//${url.hostname}` : url.host;
}

/** The owner has answered the page that names the site, in this very request. */
function wasAsked({ oidc }: KoaContextWithOIDC): boolean {
  const { prompt, result } = oidc.entities.Interaction ?? {};
  const isAnswered = result?.consent !== undefined || result?.['error'] !== undefined;
  return oidc.route === 'resume' && prompt?.name === 'consent' && isAnswered;
}
