/** The `claims` parameter (OpenID Connect Core section 5.5), as far as this server has such claims. */
import { errors } from 'oidc-provider';
import { z } from 'zod';
import { ACR_VALUES, ONE_STEP, TWO_STEPS } from '../mfa/assurance.ts';
import { CLAIMS } from './account-claims.ts';

/** Where claims are told. */
const PLACES = ['userinfo', 'id_token'] as const;

/** Of whatever type the claim has. */
const value = z.union([z.string(), z.number(), z.boolean()]);
const asked = z.object({
  essential: z.boolean().optional(),
  value: value.optional(),
  values: z.array(value).optional(),
});
type Asked = z.infer<typeof asked>;
type Members = Record<string, Asked | null>;
export type RequestedClaims = Partial<Record<(typeof PLACES)[number], Members>>;

const SERVED: ReadonlySet<string> = new Set(Object.values(CLAIMS).flat());

/**
 * What of the parameter is kept, since it waits in the store without an account: claims that are served, with what
 * OpenID Connect says of one. The library has seen that it is a JSON object of objects.
 * @throws InvalidRequest where a claim is asked for in a form that the standard does not know
 */
export function readClaims(text: string): RequestedClaims {
  const given = JSON.parse(text) as Partial<Record<string, object>>;
  return Object.fromEntries(
    PLACES.filter((place) => given[place] !== undefined).map((place) => [
      place,
      readMembers(given[place] ?? {}),
    ]),
  );
}

function readMembers(members: object): Members {
  const read = Object.entries(members)
    .filter(([claim]) => SERVED.has(claim))
    .map(([claim, member]) => {
      const { success, data } = asked.nullable().safeParse(member);
      if (!success)
        throw new errors.InvalidRequest(`claims: ${claim} is neither null nor an object of OpenID Connect`);
      return [claim, data] as const;
    });
  return Object.fromEntries(read);
}

/** The scopes of which these claims are a part, which is what owners are asked about. */
export function scopesOfClaims(claims: RequestedClaims): string[] {
  const names = PLACES.flatMap((place) => Object.keys(claims[place] ?? {}));
  return Object.entries(CLAIMS)
    .filter(([scope, members]) => scope !== 'openid' && members.some((claim) => names.includes(claim)))
    .map(([scope]) => scope);
}

/** The claims of these scopes. */
export function claimsOfScopes(scopes: readonly string[]): string[] {
  return Object.entries(CLAIMS).flatMap(([scope, members]) =>
    scope !== 'openid' && scopes.includes(scope) ? members : [],
  );
}

/** How sure of the owner the app wants to be, and whether less will not do. `undefined`: it does not say. */
export function requestedAcr({ id_token: members }: RequestedClaims) {
  const acr = members?.['acr'];
  const given = acr?.values ?? (acr?.value === undefined ? [] : [acr.value]);
  const values = given.filter((one) => typeof one === 'string');
  return values.length > 0 ? { values, essential: acr?.essential === true } : undefined;
}

/**
 * @throws CustomOIDCProviderError `unmet_authentication_requirements` where nothing that this server proves would do
 *   (OpenID Connect Core Error Code unmet_authentication_requirements 1.0)
 */
export function refuseUnknownAcr(values: readonly string[]): void {
  if (values.some((value) => ACR_VALUES.some((ours) => ours === value))) return;
  throw new errors.CustomOIDCProviderError(UNMET, `acr is one of ${ACR_VALUES.join(', ')} here`);
}

/**
 * The same, where an essential `acr` reads as the library compares it: to the letter. An owner who has proved two steps
 * has proved one as well.
 */
export function withAcr(claims: RequestedClaims, values: readonly string[]): RequestedClaims {
  const met = values.includes(ONE_STEP) ? [...new Set([...values, TWO_STEPS])] : [...values];
  return { ...claims, id_token: { ...claims.id_token, acr: { essential: true, values: met } } };
}

export const UNMET = 'unmet_authentication_requirements';
