/** Characters of a parameter that needs no more, such as `prompt` and `max_age`. */
export const MAX_OTHER_CHARACTERS = 256;

/**
 * What an authorization request may name, and how many characters each may have (OpenID Connect Core section 3.1.2.1,
 * RFC 7636, RFC 8707, RFC 9126, RFC 9449). A device authorization request takes those of them that say something of a
 * device. What is longer takes room in the store without an account.
 */
export const AUTHORIZATION_PARAMETERS = {
  acr_values: 128,
  claims: 4096,
  claims_locales: 256,
  client_id: MAX_OTHER_CHARACTERS,
  code_challenge: 128,
  code_challenge_method: MAX_OTHER_CHARACTERS,
  display: MAX_OTHER_CHARACTERS,
  dpop_jkt: 128,
  id_token_hint: 4096,
  login_hint: 512,
  max_age: MAX_OTHER_CHARACTERS,
  nonce: 512,
  prompt: MAX_OTHER_CHARACTERS,
  redirect_uri: 2048,
  registration: MAX_OTHER_CHARACTERS,
  request: MAX_OTHER_CHARACTERS,
  request_uri: MAX_OTHER_CHARACTERS,
  /** Of each that is named. */
  resource: 512,
  response_mode: MAX_OTHER_CHARACTERS,
  response_type: MAX_OTHER_CHARACTERS,
  scope: 512,
  state: 4096,
  ui_locales: 256,
} as const;
