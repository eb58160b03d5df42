import type Provider from 'oidc-provider';
import type { Session } from '../accounts/session.ts';
import {
  type AppSignIn,
  type AskedScope,
  type GoOn,
  LASTING_SCOPE,
  type WaitingSignIn,
} from '../apps/app-sign-in.ts';
import { answered, type Consent, isLess, standing } from '../apps/consent.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import { resourceEntry } from '../devices/asked-resource.ts';
import { type ClientStates, stampOf } from '../devices/client-state.ts';
import type { EventPlace } from '../events/event.ts';
import { acrOf, wantsTwoSteps } from '../mfa/assurance.ts';
import { resourcesIn, scopesAt } from './asked-resources.ts';
import { logoFileOf } from './client-logos.ts';
import { isSelfRegistered, nameOf, plainNameOf } from './client-names.ts';
import { linksOf } from './client-words.ts';
import { OUR_SCOPES } from './clients.ts';
import { isCompanion } from './companion-clients.ts';
import { appEvent } from './events.ts';
import { longestDays } from './grant-lifetime.ts';
import { finish } from './interaction-result.ts';
import { narrowGrant } from './new-grant.ts';
import { isLocal } from './redirect-uri.ts';
import { type RequestedClaims, readClaims, requestedAcr, scopesOfClaims, UNMET } from './requested-claims.ts';
import type { ResourceCatalog } from './resources.ts';
import { ANOTHER_OWNER, LASTING_ALLOWED, TWO_STEPS_DEMANDED } from './sign-in-policy.ts';
import { siteOf } from './unseen-sites.ts';
import { makeRoom } from './unverified-consents.ts';

type Interaction = InstanceType<Provider['Interaction']>;

/** Of two answers for one app at once, the later one is given on top of the earlier one. */
const TRIES = 5;

const WRONG_ACCOUNT = {
  error: 'login_required',
  error_description: 'somebody else has signed in than the one who was asked for',
};

const TOO_LITTLE_PROVED = {
  error: UNMET,
  error_description: 'the account has nothing set up by which its owner could prove as much',
};

/**
 * The library's interactions, answered on our pages. Who has signed in is read from our own sign-in; the library is
 * told so, and asks again where it wants more.
 */
export class ProviderAppSignIn implements AppSignIn {
  readonly #current: () => Provider;
  readonly #consents: ConsentStore;
  readonly #states: Pick<ClientStates, 'current'>;
  readonly #resources: ResourceCatalog;
  readonly #grantSeconds: number;

  /** @param grantSeconds how long a grant lives at most, where its client sets nothing of its own */
  constructor(
    provider: () => Provider,
    { consents, clientStates }: { consents: ConsentStore; clientStates: Pick<ClientStates, 'current'> },
    resources: ResourceCatalog,
    grantSeconds: number,
  ) {
    this.#states = clientStates;
    this.#current = provider;
    this.#consents = consents;
    this.#resources = resources;
    this.#grantSeconds = grantSeconds;
  }

  /** The one that has the keys of now. */
  get #provider(): Provider {
    return this.#current();
  }

  async find(uid: string, browser: Session | undefined): Promise<WaitingSignIn | undefined> {
    const interaction = await this.#waiting(uid);
    const client = interaction && (await this.#clientOf(interaction));
    if (!interaction || !client) return undefined;
    const redirectUri = textOf(interaction, 'redirect_uri') ?? '';
    const consent = browser && standing(await this.#consents.find(browser, client.clientId));
    const scopes = scopesOf(interaction, this.#resources);
    return {
      uid,
      step: stepOf(interaction, client),
      app: {
        name: nameOf(client),
        logoFile: logoFileOf(client, isSelfRegistered(client)),
        links: linksOf(client.metadata(), isSelfRegistered(client)),
        local: isLocal(redirectUri),
        unverified: isSelfRegistered(client),
      },
      redirectUri,
      loginHint: textOf(interaction, 'login_hint'),
      languages: textOf(interaction, 'ui_locales'),
      bothSteps: wantsTwoSteps(acrAskedFor(interaction)),
      browser: interaction.session?.uid,
      scopes: scopes.map((scope) => ({ scope, before: answerTo(scope, consent) })),
      words: this.#resources.wordsOf(scopes),
      longestDays: scopes.includes(LASTING_SCOPE) ? longestDays(client, this.#grantSeconds) : undefined,
    };
  }

  async signedIn(uid: string, browser: Session): Promise<GoOn | 'again' | 'gone'> {
    const interaction = await this.#waiting(uid);
    if (!interaction) return 'gone';
    if (isTheWrongAccount(interaction)) return finish(interaction, WRONG_ACCOUNT);
    if (isUnmet(interaction)) return finish(interaction, TOO_LITTLE_PROVED);
    if (!isProofEnough(interaction, browser)) return 'again';
    // A browser that has signed in anew has a new session, and the library would take it for another one.
    interaction.session = undefined;
    const { accountId, authTime: ts, amr } = browser;
    return finish(interaction, { login: { accountId, ts, amr, acr: acrOf(amr), remember: false } });
  }

  async allow(
    uid: string,
    browser: Session,
    allowed: readonly string[],
    place: EventPlace,
  ): Promise<GoOn | 'gone' | 'signed-out'> {
    const interaction = await this.#waiting(uid);
    const client = interaction && (await this.#clientOf(interaction));
    if (!interaction || !client || stepOf(interaction, client) !== 'consent') return 'gone';
    const result = {
      ...interaction.lastSubmission,
      consent: {},
      [LASTING_ALLOWED]: allowed.includes(LASTING_SCOPE),
    };
    const asked = scopesOf(interaction, this.#resources);
    const site = siteOf(textOf(interaction, 'redirect_uri') ?? '');
    if (isSelfRegistered(client)) await makeRoom(this.#consents, browser, client.clientId);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const replaces = await this.#consents.find(browser, client.clientId);
      const before = standing(replaces);
      const terms = {
        ...answered(before, client.clientId, asked, allowed),
        ...stampOf(await this.#states.current(), client.clientId),
        ...(isSelfRegistered(client) && { appName: plainNameOf(client), site }),
      };
      const event = appEvent('app-allowed', client, place, terms.granted);
      const less = isLess(before, terms);
      const narrow = narrowGrant(terms.granted);
      const outcome = await this.#consents.write(browser, terms, { replaces, less, narrow, event });
      if (outcome === 'written') return finish(interaction, result);
      if (outcome === 'signed-out') return outcome;
    }
    return 'gone';
  }

  async deny(uid: string): Promise<GoOn | 'gone'> {
    const interaction = await this.#waiting(uid);
    if (!interaction) return 'gone';
    const result = { error: 'access_denied', error_description: 'the owner has denied the request' };
    return finish(interaction, result);
  }

  async #waiting(uid: string): Promise<Interaction | undefined> {
    const interaction = await this.#provider.Interaction.find(uid);
    return interaction?.deviceCode === undefined ? interaction : undefined;
  }

  async #clientOf(interaction: Interaction) {
    return this.#provider.Client.find(textOf(interaction, 'client_id') ?? '');
  }
}

function stepOf({ prompt }: Interaction, client: object): WaitingSignIn['step'] {
  if (prompt.name === 'login') return 'sign-in';
  return isCompanion(client) ? 'link-device' : 'consent';
}

/**
 * Whether this browser's owner has proved who they are as lately as the app wants (OpenID Connect Core section
 * 3.1.2.1): since the request came, where it asks for a new sign-in, and at most `max_age` seconds ago.
 */
function isProofEnough({ prompt, params, session, iat }: Interaction, browser: Session): boolean {
  const anew = prompt.reasons.some((reason) => reason !== 'no_session' && reason !== TWO_STEPS_DEMANDED);
  if (anew && session?.uid === browser.uid && browser.authTime <= iat) return false;
  if (anew && browser.authTime < iat) return false;
  const maxAge = params['max_age'];
  const now = Math.floor(Date.now() / 1000);
  return maxAge === undefined || now - browser.authTime <= Number(maxAge);
}

/** The app named an account; another one has just signed in for it. */
const isTheWrongAccount = (interaction: Interaction): boolean =>
  isStillAsked(interaction, [ANOTHER_OWNER, 'claims_id_token_sub_value']);

/** The app takes no owner who has not proved as much as it says (`acr`, essential); the owner has proved what there is. */
const isUnmet = (interaction: Interaction): boolean =>
  isStillAsked(interaction, ['essential_acr', 'essential_acrs']);

/** The owner has signed in for this request already, and one of these reasons stands. */
function isStillAsked({ prompt, lastSubmission }: Interaction, reasons: readonly string[]): boolean {
  return lastSubmission?.login !== undefined && reasons.some((reason) => prompt.reasons.includes(reason));
}

function acrAskedFor(interaction: Interaction): string | undefined {
  const essential = requestedAcr(claimsOf(interaction));
  return essential ? essential.values.join(' ') : textOf(interaction, 'acr_values');
}

function answerTo(scope: string, consent: Consent | undefined): AskedScope['before'] {
  if (consent?.granted.includes(scope)) return 'granted';
  return consent?.refused.includes(scope) ? 'refused' : undefined;
}

/**
 * What the owner is asked about: the scopes, those to which claims belong that are asked for by name, and each API with
 * its scopes.
 */
function scopesOf(interaction: Interaction, catalog: ResourceCatalog): string[] {
  const asked = new Set((textOf(interaction, 'scope') ?? '').split(' '));
  for (const scope of scopesOfClaims(claimsOf(interaction))) asked.add(scope);
  const ours = [...asked].filter((scope) => (OUR_SCOPES as readonly string[]).includes(scope));
  const theirs = resourcesIn(interaction.params['resource']).flatMap((id) => {
    const resource = catalog.find(id);
    return resource ? [resourceEntry(id), ...scopesAt(resource).filter((scope) => asked.has(scope))] : [];
  });
  return [...new Set([...ours, ...theirs])];
}

function claimsOf(interaction: Interaction): RequestedClaims {
  const text = textOf(interaction, 'claims');
  return text === undefined ? {} : readClaims(text);
}

function textOf({ params }: Interaction, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' ? value : undefined;
}
