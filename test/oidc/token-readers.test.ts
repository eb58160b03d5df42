import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { READ_RESOURCES } from '../../src/oidc/resources-file.ts';
import { isTheirs, mayRead, presenterIn, presenterOf } from '../../src/oidc/token-readers.ts';

const RESOURCES = ['https://one.example', 'https://two.example'];
const reader = fc.record({
  clientId: fc.constantFrom('tv', 'api'),
  clientAuthMethod: fc.constantFrom('none', 'client_secret_basic', undefined),
  grantTypes: fc.constantFrom([], ['refresh_token'], undefined),
  [READ_RESOURCES]: fc.constantFrom(undefined, [], RESOURCES, ['https://one.example']),
});
const token = fc.record({
  kind: fc.constant('AccessToken'),
  clientId: fc.constantFrom('tv', 'api', 'other'),
  aud: fc.constantFrom(undefined, ...RESOURCES, 'https://three.example'),
});

describe('who may be told of an access token', () => {
  it('is the same to the store as it is to the library', () => {
    fc.assert(
      fc.property(reader, token, (client, of) => {
        expect(isTheirs(presenterOf(client), of)).toBe(mayRead(client, of));
      }),
      { numRuns: 1000 },
    );
  });

  it('is anyone where the token gives access, and outside of requests', () => {
    expect(presenterIn(undefined)).toBe('anyone');
  });
});
