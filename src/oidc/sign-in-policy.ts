import { decodeJwt } from 'jose';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { AccountId } from '../accounts/account.ts';
import { LASTING_SCOPE } from '../apps/app-sign-in.ts';
import { acrOf, TWO_STEPS, wantsTwoSteps } from '../mfa/assurance.ts';
import type { FactorStore } from '../mfa/factor-store.ts';
import { TwoStepDemand } from '../mfa/two-step-demand.ts';
import { allowsResource } from './asked-resources.ts';
import { isSelfRegistered } from './client-names.ts';
import { isCompanion } from './companion-clients.ts';

type Policy = NonNullable<NonNullable<Configuration['interactions']>['policy']>;

type Proved = Pick<NonNullable<KoaContextWithOIDC['oidc']['session']>, 'accountId' | 'amr'>;

/** The library's own name for it. */
export const ANOTHER_OWNER = 'id_token_hint';
const TWO_STEPS_WANTED = 'two_steps';
export const TWO_STEPS_DEMANDED = 'two_steps_demanded';
const LASTING_UNPROVED = 'lasting_unproved';
const RESOURCE_NEW = 'resource_new';
const DEVICE_UNCONFIRMED = 'device_unconfirmed';
const CLIENT_UNVERIFIED = 'client_unverified';

/** In the result of our consent page: the owner, freshly proved, allowed this very request access that lasts. */
export const LASTING_ALLOWED = 'lastingAllowed';

interface SignInRules {
  readonly factors: Pick<FactorStore, 'list'>;
  /** The operator demands two-step verification of every owner. */
  readonly isDemanded: boolean;
  /** How old a proof may be for access that lasts, in milliseconds. */
  readonly lastingProofAge: number;
}

/**
 * When an app's request leads to a page: as OpenID Connect says, for the second step that `acr_values` asks for, for
 * one that is demanded, and for access that lasts, remembered consent or not.
 */
export function signInPolicy(rules: SignInRules): Policy {
  const policy = interactionPolicy.base();
  // Discovery names it; what is asked for with it is turned into `login` before it comes here.
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const login = policy.get('login')?.checks;
  login?.remove(ANOTHER_OWNER);
  for (const check of signInChecks(rules)) login?.add(check);
  const consent = policy.get('consent')?.checks;
  for (const check of consentChecks(rules)) consent?.add(check);
  // What the app hears where no page may be shown is the first reason.
  consent?.add(deviceCheck(), 0);
  return policy;
}

function signInChecks({ factors, isDemanded }: SignInRules): interactionPolicy.Check[] {
  const demand = new TwoStepDemand(factors, isDemanded);
  return [
    new interactionPolicy.Check(
      ANOTHER_OWNER,
      'id_token_hint and authenticated subject do not match',
      'login_required',
      isAnotherOwner,
    ),
    new interactionPolicy.Check(
      TWO_STEPS_DEMANDED,
      'a second step has to be set up or proved first',
      'login_required',
      (ctx) => isHeld(ctx, demand),
    ),
    new interactionPolicy.Check(TWO_STEPS_WANTED, 'a second step was asked for', 'login_required', (ctx) =>
      couldProveMore(ctx, factors),
    ),
  ];
}

function consentChecks({ factors, lastingProofAge }: SignInRules): interactionPolicy.Check[] {
  return [
    new interactionPolicy.Check(
      LASTING_UNPROVED,
      'access that lasts takes a fresh proof of who the owner is',
      'interaction_required',
      (ctx) => wouldLastUnproved(ctx, factors, lastingProofAge),
    ),
    new interactionPolicy.Check(
      RESOURCE_NEW,
      'the owner has not been asked about this resource',
      'consent_required',
      isNewResource,
    ),
    new interactionPolicy.Check(
      CLIENT_UNVERIFIED,
      'the owner is asked each time by a client that registered itself',
      'interaction_required',
      ({ oidc }) => isSelfRegistered(oidc.client) && oidc.result?.consent === undefined,
    ),
  ];
}

function deviceCheck(): interactionPolicy.Check {
  return new interactionPolicy.Check(
    DEVICE_UNCONFIRMED,
    'the owner has to confirm the device',
    'interaction_required',
    ({ oidc }) => isCompanion(oidc.client) && oidc.result?.consent?.grantId === undefined,
  );
}

/**
 * The app named an owner by an ID token, and another one is signed in (OpenID Connect Core section 3.1.2.1: MUST return an
 * error). The library looks at the token when the request comes, and has forgotten it when its owner has signed in. Its
 * signature was verified then; since, it lay in our store.
 */
function isAnotherOwner({ oidc: { params, session } }: KoaContextWithOIDC): boolean {
  const hint = params?.['id_token_hint'];
  return typeof hint === 'string' && decodeJwt(hint).sub !== session?.accountId;
}

/** An app acts at no API that its owner has not seen it ask for, whatever it may do elsewhere. */
function isNewResource({ oidc: { grant, resourceServers } }: KoaContextWithOIDC): boolean {
  return Object.keys(resourceServers ?? {}).some((id) => !grant || !allowsResource(grant, id));
}

/**
 * A remembered consent lets an app be signed in to, and no more: a copy of the session cookie can do as much, and what it
 * gets ends with the browser. What outlives the browser takes all that the account asks for, freshly proved: on the way
 * to this consent page, or so short a time ago that none is needed.
 */
async function wouldLastUnproved(
  { oidc }: KoaContextWithOIDC,
  factors: Pick<FactorStore, 'list'>,
  proofAge: number,
): Promise<boolean> {
  const { client, grant, requestParamOIDCScopes, result, session } = oidc;
  // What a device asks for is confirmed each time, by rules of its own.
  if (isCompanion(client) || !requestParamOIDCScopes.has(LASTING_SCOPE)) return false;
  const isGranted = grant?.getOIDCScopeFiltered(new Set([LASTING_SCOPE])) === LASTING_SCOPE;
  if (!isGranted || result?.[LASTING_ALLOWED] === true) return false;
  const isFresh = Date.now() - (session?.loginTs ?? 0) * 1000 <= proofAge;
  return !isFresh || hasMoreToProve(session, factors);
}

/**
 * Asked for and not given, by an account that has a second step. It is a wish: no owner is asked twice, nor refused
 * where no page may be shown (OpenID Connect Core section 3.1.2.1).
 */
async function couldProveMore(
  { oidc }: KoaContextWithOIDC,
  factors: Pick<FactorStore, 'list'>,
): Promise<boolean> {
  const { session, params, result, prompts } = oidc;
  const wanted = params?.['acr_values'];
  if (!wantsTwoSteps(typeof wanted === 'string' ? wanted : undefined)) return false;
  if (!session?.accountId || result?.login || prompts.has('none')) return false;
  return hasMoreToProve(session, factors);
}

/** No account is signed in, or the account has a second step and this browser has proved one. */
async function hasMoreToProve(
  session: Proved | undefined,
  factors: Pick<FactorStore, 'list'>,
): Promise<boolean> {
  if (!session?.accountId) return true;
  if (acrOf(session.amr ?? []) === TWO_STEPS) return false;
  return (await factors.list(session.accountId as AccountId)).length > 0;
}

/** Our pages let an owner who is held go no further. This ends when the second step is there. */
async function isHeld({ oidc: { session } }: KoaContextWithOIDC, demand: TwoStepDemand): Promise<boolean> {
  if (!session?.accountId) return false;
  const accountId = session.accountId as AccountId;
  const proved = { accountId, amr: session.amr ?? [], authTime: session.loginTs ?? 0 };
  return (await demand.standingOf(proved)) !== 'met';
}
