/** Entries of the clients file for apps that take an ID token alone. */
import { describe, expect, it } from '@jest/globals';
import { clientWarnings } from '../../src/oidc/client-warnings.ts';
import { parseClients } from '../../src/oidc/clients.ts';

const APP = { client_id: 'site', client_name: 'Site', redirect_uris: ['https://site.example/cb'] };
const SITE = { ...APP, response_types: ['id_token'] };
const parse = (client: object) => parseClients(JSON.stringify([client]));

describe('an app that takes an ID token alone', () => {
  it('needs no more than the response type; the operator reads at start that there is a better way', () => {
    const alone = { grant_types: ['implicit'], response_types: ['id_token'], response_modes: ['form_post'] };
    expect(parse(SITE)).toMatchObject([{ ...alone, token_endpoint_auth_method: 'none' }]);
    expect(parse({ ...SITE, ...alone })).toEqual(parse(SITE));
    expect(clientWarnings(parse(SITE))).toEqual([
      expect.stringMatching(/^site: takes an ID token by way of/),
    ]);
  });

  it.each([
    [
      'codes as well',
      { ...SITE, response_types: ['code', 'id_token'] },
      /response_types is code or id_token/,
    ],
    ['the grant of codes', { ...SITE, grant_types: ['authorization_code'] }, /grant_types is implicit/],
    [
      'the grant of devices',
      { ...SITE, grant_types: ['implicit', 'refresh_token'] },
      /grant_types is implicit/,
    ],
    ['an answer in an address', { ...SITE, response_modes: ['fragment'] }, /response_modes is form_post/],
    [
      'a private scheme',
      { ...SITE, redirect_uris: ['com.example.app:/cb'] },
      /redirect_uris .* takes no form/,
    ],
    ['no address', { ...SITE, redirect_uris: [] }, /response_types need redirect_uris/],
    ['claims nowhere', { ...SITE, id_token_claims: false }, /id_token_claims is always true/],
    ['a setting for codes', { ...SITE, require_pkce: false }, /require_pkce is for codes/],
    ['devices', { ...SITE, device_companion: true }, /response_types is code with device_companion/],
    ['a token to act with', { ...SITE, response_types: ['id_token token'] }, /response_types/],
    ['its grant without the response type', { ...APP, grant_types: ['implicit'] }, /implicit is only with/],
  ])('is refused by name with %s', (_what, client, words) => {
    expect(() => parse(client)).toThrow(words);
  });
});
