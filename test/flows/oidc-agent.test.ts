import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureSystemPackage } from '../../src/dev/system-packages.ts';
import { Installation, TEST_CLIENTS_FILE } from '../support/installation.ts';
import { OidcAgent } from '../support/oidc-agent.ts';
import { StoredState } from '../support/stored-state.ts';
import { OIDC_AGENT } from '../support/test-programs.ts';

/** The agent takes no client without a secret. */
const CLIENT = {
  client_id: 'agent',
  client_name: 'oidc-agent',
  token_endpoint_auth_method: 'client_secret_basic',
  client_secret: 'a-secret-of-the-agent-for-its-tests-40-chars',
};

let folder: string;
let installation: Installation;
let agent: OidcAgent;

beforeAll(async () => {
  ensureSystemPackage({ ...OIDC_AGENT, say: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'latchkey-clients-'));
  const clients = join(folder, 'clients.json');
  const others = JSON.parse(await readFile(TEST_CLIENTS_FILE, 'utf8')) as object[];
  await writeFile(clients, JSON.stringify([...others, CLIENT]));
  [installation, agent] = await Promise.all([
    Installation.start({ environment: { CLIENTS_FILE: clients } }),
    OidcAgent.start(),
  ]);
});
afterAll(async () => {
  await agent?.stop();
  await installation?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('Debian’s oidc-agent, as it is', () => {
  it('signs in by the device flow, refreshes, and revokes when it is told to forget', async () => {
    const owner = await installation.owner();
    const api = installation.device();
    const { issuer } = installation.server;
    await agent.signIn(
      { issuer, clientId: CLIENT.client_id, clientSecret: CLIENT.client_secret },
      async (userCode) => {
        expect(await owner.decide(userCode, 'approve')).toBe('linked');
      },
    );
    const first = await agent.accessToken();
    expect(await api.isActive(first)).toBe(true);
    const refreshed = await agent.accessToken(7200);
    expect(refreshed).not.toBe(first);
    expect(await api.isActive(refreshed)).toBe(true);
    await agent.signOut();
    for (const token of [first, refreshed]) expect(await api.isActive(token)).toBe(false);
    expect(await new StoredState(installation.stores).grants(owner.browser.accountId)).toEqual({});
  });
});
