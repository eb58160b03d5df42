import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { ONE_STEP, TWO_STEPS } from '../../src/mfa/assurance.ts';
import { newApp } from '../redis/contract/factors.ts';
import { Agent, TestApp } from '../support/app.ts';
import { request as httpRequest } from '../support/http.ts';
import { linkDevice } from '../support/linked-device.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { newBrowser, signedInOwner } from '../support/test-stores.ts';

const WANTED = { acr_values: TWO_STEPS };

let protocol: TestProtocol;
let app: TestApp;
beforeAll(async () => {
  protocol = await testProtocol();
  app = await TestApp.notes(protocol);
});
afterAll(() => protocol.close());

let browser: Session;
beforeEach(async () => {
  ({ browser } = await signedInOwner(protocol.stores));
});

async function browserWith(amr: string[]): Promise<Session> {
  const made = { ...newBrowser(browser.accountId, 1), amr };
  await protocol.stores.browsers.insert(made, { idle: 60_000, absolute: 60_000 });
  return { ...browser, ...made };
}

const addFactor = () =>
  protocol.stores.factors.add({ accountId: browser.accountId, epoch: 1 }, newApp(), {
    kind: 'factor-added',
    by: 'owner',
  });
const waitingFor = async (agent: Agent, parameters: Record<string, string>) => {
  const { location } = await agent.get((await app.begin(parameters)).url);
  return protocol.appSignIn.find(location.slice('/interaction/'.length), agent.browser);
};

describe('how sure an app can be of who signed in (OpenID Connect Core sections 2 and 3.1.2.1)', () => {
  it('an ID token carries the nonce of its own request: one of another sign-in is told apart', async () => {
    const agent = new Agent(browser);
    const [one, other] = [await app.begin(), await app.begin()];
    expect((await app.redeem(await app.authorize(agent, one), one)).claims()?.nonce).toBe(one.nonce);
    const swapped = { ...other, nonce: one.nonce };
    await expect(app.redeem(await app.authorize(agent, other), swapped)).rejects.toMatchObject({
      code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    });
  });

  it.each([
    [['pwd'], ONE_STEP],
    [['pwd', 'otp', 'mfa'], TWO_STEPS],
  ])('%j is said as it is, and as %s, to apps and to devices', async (amr, acr) => {
    const signedIn = await browserWith(amr);
    expect((await app.signIn(new Agent(signedIn))).claims()).toMatchObject({ amr, acr });
    const { tokens } = await linkDevice(protocol, signedIn);
    const claims = JSON.parse(
      atob(tokens.id_token?.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
    );
    expect(claims).toMatchObject({ amr, acr });
  });

  it.each([
    ['the one named', true, null],
    ['another one', false, 'login_required'],
  ])('an app names an owner by id_token_hint, and %s signs in', async (_who, isNamed, error) => {
    const { id_token: hint = '' } = await app.signIn(new Agent(browser));
    const visitor = new Agent();
    let { location } = await visitor.get((await app.begin({ id_token_hint: hint })).url);
    const signedIn = isNamed ? await browserWith(['pwd']) : (await signedInOwner(protocol.stores)).browser;
    visitor.cookies.set('latchkey_session', signedIn.sessionId);
    for (let pages = 0; pages < 2 && location.startsWith('/interaction/'); pages += 1) {
      const next = await protocol.appSignIn.signedIn(location.slice('/interaction/'.length), signedIn);
      if (typeof next === 'string') throw new Error(next);
      ({ location } = await visitor.get(protocol.issuer + next.path));
    }
    const answer = new URL(location);
    expect([answer.searchParams.get('error'), answer.searchParams.has('code')]).toEqual([error, isNamed]);
  });

  it('discovery says what can be asked for', async () => {
    const response = await httpRequest(`${protocol.issuer}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ acr_values_supported: [ONE_STEP, TWO_STEPS] });
  });

  it('who has a second step and did not take it is asked to, once; both steps then do', async () => {
    const both = await browserWith(['pwd', 'otp', 'mfa']);
    await app.signIn(new Agent(browser));
    await addFactor();
    const agent = new Agent(browser);
    const waiting = await waitingFor(agent, WANTED);
    expect(waiting).toMatchObject({ step: 'sign-in', bothSteps: true });
    expect(await protocol.appSignIn.signedIn(waiting?.uid ?? '', browser)).toBe('again');
    const attempt = await app.begin(WANTED);
    const answer = await app.authorize(new Agent(both), attempt);
    expect((await app.redeem(answer, attempt)).claims()?.['acr']).toBe(TWO_STEPS);
  });

  it('no owner is asked for what their account does not have, nor refused where no page may be shown', async () => {
    await app.signIn(new Agent(browser));
    expect((await app.signIn(new Agent(browser), WANTED)).claims()?.['acr']).toBe(ONE_STEP);
    await addFactor();
    const silent = await app.signIn(new Agent(browser), { ...WANTED, prompt: 'none' });
    expect(silent.claims()?.['acr']).toBe(ONE_STEP);
    expect(await waitingFor(new Agent(browser), { acr_values: `${ONE_STEP} ${TWO_STEPS}` })).toBeUndefined();
  });
});
