/** `offline_access`, asked for as client libraries do: without `prompt=consent` (OpenID Connect Core section 11). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newApp } from '../redis/contract/factors.ts';
import { Agent, TestApp } from '../support/app.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { signedInOwner } from '../support/test-stores.ts';

const LASTING = { scope: 'openid offline_access' };

let protocol: TestProtocol;
let app: TestApp;
beforeAll(async () => {
  protocol = await testProtocol();
  app = await TestApp.notes(protocol);
});
afterAll(() => protocol.close());

let agent: Agent;
beforeEach(async () => {
  agent = new Agent((await signedInOwner(protocol.stores)).browser);
});

/** The owner of this browser proved who they are so many minutes ago. */
async function proved(minutes: number): Promise<void> {
  if (!agent.browser) throw new Error('signed out');
  const authTime = Math.floor(Date.now() / 1000) - minutes * 60;
  await protocol.stores.browsers.save({ ...agent.browser, authTime });
}

const silently = async () => app.authorize(agent, await app.begin({ ...LASTING, prompt: 'none' }));
const isPage = async () =>
  (await agent.get((await app.begin(LASTING)).url)).location.startsWith('/interaction/');

describe('access that lasts', () => {
  it('is given where the owner allows it, whether or not the app asks for the page', async () => {
    const tokens = await app.signIn(agent, LASTING);
    expect(tokens.scope).toBe('openid offline_access');
    expect((await app.refresh(tokens.refresh_token ?? '')).access_token).toBeDefined();
  });

  it('is not given where the owner unticks it, and is not asked again', async () => {
    const tokens = await app.signIn(agent, LASTING, ['openid']);
    expect([tokens.refresh_token, tokens.scope]).toEqual([undefined, 'openid']);
    expect(await isPage()).toBe(false);
  });

  it('is given again without a page, where it was allowed before and the proof is fresh', async () => {
    await app.signIn(agent, LASTING);
    const attempt = await app.begin({ ...LASTING, prompt: 'none' });
    const tokens = await app.redeem(await app.authorize(agent, attempt), attempt);
    expect(tokens.refresh_token).toBeDefined();
  });

  it('takes a page once the proof is older than PROOF_MINUTES; without one the app hears interaction_required', async () => {
    await app.signIn(agent, LASTING);
    await proved(6);
    expect(await isPage()).toBe(true);
    expect((await silently()).searchParams.get('error')).toBe('interaction_required');
  });

  it('takes a page where the account has a second step that was not proved', async () => {
    await app.signIn(agent, LASTING);
    if (!agent.browser) throw new Error('signed out');
    await protocol.stores.factors.add(agent.browser, newApp(), { kind: 'factor-added', by: 'owner' });
    expect((await silently()).searchParams.get('error')).toBe('interaction_required');
  });

  it('is nothing to a client that may not refresh, nor to one whose scopes leave it out', async () => {
    const alone = await testProtocol({
      clients: [
        {
          client_id: 'once',
          client_name: 'Once',
          redirect_uris: ['https://once.example/cb'],
          grant_types: ['authorization_code'],
        },
        {
          client_id: 'few',
          client_name: 'Few',
          redirect_uris: ['https://few.example/cb'],
          scope: 'openid profile',
        },
      ],
    });
    try {
      const { browser } = await signedInOwner(alone.stores);
      for (const id of ['once', 'few']) {
        const other = await TestApp.of(alone, id, `https://${id}.example/cb`);
        const tokens = await other.signIn(new Agent(browser), LASTING);
        expect([tokens.refresh_token, tokens.scope]).toEqual([undefined, 'openid']);
      }
    } finally {
      await alone.close();
    }
  });
});
