/** Apps with a secret whose library knows no PKCE (RFC 7636): passport-oauth2, oauth2-proxy, mod_auth_openidc by default. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { clientWarnings } from '../../src/oidc/client-warnings.ts';
import { parseClients } from '../../src/oidc/clients.ts';
import { Agent, type Attempt, TestApp } from '../support/app.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';
import { startWholeServer } from '../support/whole-server.ts';

const SECRET = 'a secret of the notes for their tests, 40 chars';
const NOTES = {
  client_id: 'notes',
  client_name: 'Notes',
  redirect_uris: ['https://notes.example.com/signed-in'],
  client_secret: SECRET,
};
const READER = {
  client_id: 'reader',
  client_name: 'Reader',
  redirect_uris: ['https://reader.example.com/cb'],
};

let protocol: TestProtocol;
let app: TestApp;
beforeAll(async () => {
  protocol = await testProtocol({ clients: [{ ...NOTES, require_pkce: false }, READER] });
  app = await TestApp.notes(protocol);
});
afterAll(() => protocol.close());

let agent: Agent;
beforeEach(async () => {
  agent = new Agent((await signedInOwner(protocol.stores)).browser);
});

const withoutPkce = async (from: TestApp = app): Promise<Attempt> => {
  const attempt = await from.begin();
  attempt.url.searchParams.delete('code_challenge');
  attempt.url.searchParams.delete('code_challenge_method');
  return attempt;
};
const errorIn = (url: URL) => url.searchParams.get('error');

describe('a client with "require_pkce": false', () => {
  it('signs in without a challenge, with nothing demanded in its place', async () => {
    const attempt = await withoutPkce();
    attempt.url.searchParams.delete('nonce');
    const answer = await app.authorize(agent, attempt);
    const tokens = await client.authorizationCodeGrant(app.config, answer, { expectedState: attempt.state });
    expect(tokens.claims()?.sub).toBe(agent.browser?.accountId);
  });

  it('a verifier without a challenge is refused, and so is a challenge without a verifier', async () => {
    const plain = await withoutPkce();
    const unasked = await app.authorize(agent, plain);
    await expect(app.redeem(unasked, plain)).rejects.toMatchObject({ error: 'invalid_grant' });
    const attempt = await app.begin();
    const answer = await app.authorize(agent, attempt);
    await expect(
      client.authorizationCodeGrant(app.config, answer, {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
      }),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('that gives a challenge is held to it', async () => {
    const attempt = await app.begin();
    const answer = await app.authorize(agent, attempt);
    const other = { ...attempt, verifier: client.randomPKCECodeVerifier() };
    await expect(app.redeem(answer, other)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await app.redeem(answer, attempt)).access_token).toBeDefined();
  });

  it('a client that says nothing needs the challenge as before', async () => {
    const reader = await TestApp.of(protocol, 'reader', 'https://reader.example.com/cb');
    expect(errorIn(await reader.authorize(agent, await withoutPkce(reader)))).toBe('invalid_request');
  });
});

describe('the clients file', () => {
  const parse = (...clients: object[]) => parseClients(JSON.stringify(clients));

  it('does not let a client without a secret do without PKCE', () => {
    expect(() => parse({ ...READER, require_pkce: false })).toThrow(/reader: require_pkce can be false only/);
  });

  it('has a line at start for each client that does without it', () => {
    const clients = parse({ ...NOTES, require_pkce: false }, READER, { ...NOTES, client_id: 'other' });
    expect(clientWarnings(clients)).toEqual([expect.stringMatching(/^notes: .*require_pkce/)]);
  });

  it('is warned of in the log of the server that starts with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-clients-'));
    const file = join(folder, 'clients.json');
    await writeFile(file, JSON.stringify([{ ...NOTES, require_pkce: false }, READER]));
    const server = await startWholeServer({ CLIENTS_FILE: file });
    try {
      const warnings = server
        .logged()
        .split('\n')
        .filter((line) => line.includes('require_pkce'));
      expect(warnings).toEqual([
        expect.stringMatching(/"level":"warn".*notes: signs people in without PKCE/),
      ]);
    } finally {
      await server.close();
      await rm(folder, { recursive: true });
    }
  });

  it('takes a secret without a method as one that comes in the Authorization header (RFC 7591 section 2)', () => {
    expect(parse(NOTES)).toMatchObject([{ token_endpoint_auth_method: 'client_secret_basic' }]);
    expect(parse(READER)).toMatchObject([{ token_endpoint_auth_method: 'none' }]);
  });
});
