import { expect, it } from '@jest/globals';
import Provider, { type ClientMetadata } from 'oidc-provider';
import { UNTOUCHED } from '../../src/devices/client-state.ts';
import { ClientDirectory } from '../../src/oidc/client-directory.ts';
import { keepMadeClients } from '../../src/oidc/made-clients.ts';
import { testSigningKeys } from '../support/signing-keys.ts';

const TV: ClientMetadata = {
  client_id: 'tv',
  client_name: 'TV',
  token_endpoint_auth_method: 'none',
  grant_types: ['refresh_token'],
  response_types: [],
  redirect_uris: [],
};
const SELF_MADE = 'self-made';
const jwks = (await testSigningKeys()) as { keys: object[] };

/** A provider, how often it has looked for a client, and what its file says. */
function world() {
  const looked: string[] = [];
  const selfMade = {
    clientId: SELF_MADE,
    metadata: { ...TV, client_id: SELF_MADE },
    secret: undefined,
    tokens: [],
    issuedAt: 1,
    initialToken: undefined,
    version: '1',
  };
  const stored = {
    find: async (id: string) => (id === SELF_MADE ? selfMade : undefined),
    has: async () => false,
    keep: async () => 'kept' as const,
    letGo: async () => undefined,
  };
  const disabled = new Set<string>();
  const of = (id: string) =>
    disabled.has(id) ? { status: 'disabled' as const, epoch: 1, moved: [1] } : UNTOUCHED;
  const clientStates = { recent: async () => ({ areUntouched: disabled.size === 0, of }) };
  const directory = new ClientDirectory([TV], { registeredClients: stored, clientStates }, 1000);
  const provider = new Provider('http://localhost', {
    jwks,
    features: { devInteractions: { enabled: false } },
    adapter: () =>
      ({
        find: async (id: string) => {
          looked.push(id);
          return directory.find(id);
        },
      }) as never,
  });
  keepMadeClients(provider, directory);
  return { looked, disabled, directory, find: (id: string) => provider.Client.find(id) };
}

it('a client of the file is made once, and anew when its entry was read anew', async () => {
  const { looked, directory, find } = world();
  const first = await find('tv');
  expect(first?.clientName).toBe('TV');
  expect(await find('tv')).toBe(first);
  expect(looked).toEqual(['tv']);
  directory.replaceFile([{ ...TV, client_name: 'Television' }]);
  expect((await find('tv'))?.clientName).toBe('Television');
  expect(looked).toEqual(['tv', 'tv']);
});

it('a client that the operator has disabled is gone at the next request, and the same again once it is enabled', async () => {
  const { disabled, find } = world();
  const first = await find('tv');
  disabled.add('tv');
  expect(await find('tv')).toBeUndefined();
  disabled.delete('tv');
  expect(await find('tv')).toBe(first);
});

it('a client that left the file is gone at the next request', async () => {
  const { directory, find } = world();
  await find('tv');
  directory.replaceFile([]);
  expect(await find('tv')).toBeUndefined();
});

it('a client that registered itself is asked of the store each time', async () => {
  const { looked, find } = world();
  for (let count = 0; count < 2; count += 1) expect((await find(SELF_MADE))?.clientId).toBe(SELF_MADE);
  expect(looked).toEqual([SELF_MADE, SELF_MADE]);
});

it('a client that is unknown stays so', async () => {
  expect(await world().find('nobody')).toBeUndefined();
});
