/** Apps that are answered with an ID token by way of the browser, and with nothing else (OpenID Connect Core section 3.2). */
import { COMPANION } from './companion-clients.ts';

export const RESPONSE_TYPES = ['code', 'id_token'] as const;

/** What RFC 7591 section 2.1 calls it where no code is exchanged. Nothing is served at the token endpoint for it. */
export const ID_TOKEN_GRANT = 'implicit';

/** As much of the metadata as this takes. */
interface Given {
  readonly response_types?: readonly string[] | undefined;
  readonly response_modes?: readonly string[] | undefined;
  readonly grant_types?: readonly string[] | undefined;
  readonly redirect_uris: readonly string[];
  readonly require_pkce?: boolean | undefined;
  readonly id_token_claims?: boolean | undefined;
  readonly [COMPANION]?: boolean | undefined;
}

export function takesIdTokenAlone({ response_types: types }: Pick<Given, 'response_types'>): boolean {
  return types?.includes('id_token') === true;
}

/**
 * One client asks in one way: a link that names the weaker one cannot make an app take it that was registered for codes.
 * What goes into an address would stand in logs and histories; a form does not.
 */
export function idTokenErrors(given: Given): { path: string[]; message: string }[] {
  const errors: { path: string[]; message: string }[] = [];
  const needs = (name: string, message: string) => errors.push({ path: [name], message });
  if (!takesIdTokenAlone(given)) {
    if (given.grant_types?.includes(ID_TOKEN_GRANT))
      needs('grant_types', 'implicit is only with response_types ["id_token"]');
    return errors;
  }
  if (given.response_types?.includes('code'))
    needs('response_types', 'is code or id_token: what needs both is two clients');
  if (given.grant_types?.some((type) => type !== ID_TOKEN_GRANT))
    needs('grant_types', 'is implicit with response_types ["id_token"]: no tokens to act with come of it');
  if (given.response_modes?.some((mode) => mode !== 'form_post'))
    needs('response_modes', 'is form_post with response_types ["id_token"]');
  for (const uri of given.redirect_uris.filter((one) => !/^https?:/i.test(one)))
    needs('redirect_uris', `${uri} takes no form: response_types ["id_token"] needs https`);
  if (given.require_pkce !== undefined)
    needs('require_pkce', 'is for codes, of which response_types ["id_token"] has none');
  if (given.id_token_claims === false)
    needs('id_token_claims', 'is always true with response_types ["id_token"]: nothing else tells');
  if (given[COMPANION]) needs('response_types', `is code with ${COMPANION}`);
  return errors;
}

/** What follows from it. */
export const ID_TOKEN_METADATA = {
  response_types: ['id_token'],
  grant_types: [ID_TOKEN_GRANT],
  response_modes: ['form_post'],
};
