import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AccountWorld, accountWorld, visit } from '../accounts/account-world.ts';
import { TestPasskey } from '../support/test-passkey.ts';

const ORIGIN = 'http://localhost:3000';
const passkey = new TestPasskey();

let world: AccountWorld;
beforeAll(async () => {
  world = await accountWorld();
});
afterAll(() => world.close());

async function accountWithPasskey(): Promise<string> {
  const { sessionId } = await world.create(world.email());
  const browser = await world.stores.browsers.resume(sessionId);
  if (!browser) throw new Error('not signed in');
  await world.stores.factors.add(browser, passkey.factor(), { kind: 'factor-added', by: 'owner' });
  return browser.accountId;
}

async function signIn(accountId: string, key?: Parameters<TestPasskey['answer']>[3]) {
  const asked = await world.passkeySignIn.begin();
  if (!asked) throw new Error('passkeys are known at localhost');
  const answer = passkey.answer(asked, ORIGIN, accountId, key);
  const finish = () => world.passkeySignIn.finish(answer.response, answer.challenge, visit());
  return { finish };
}

const marks = () => world.stores.connection.redis.keys(`${world.stores.prefix}*PasskeyChallenge*`);

it('an answer signs one browser in, of twenty that come with it at once', async () => {
  const { finish } = await signIn(await accountWithPasskey());
  const outcomes = await Promise.all(Array.from({ length: 20 }, finish));
  expect(outcomes.filter(({ outcome }) => outcome === 'signed-in')).toHaveLength(1);
  expect((await finish()).outcome).toBe('wrong');
});

it('what a stranger answers leaves nothing in the store', async () => {
  const accountId = await accountWithPasskey();
  const before = await marks();
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  for (let tries = 0; tries < 20; tries += 1)
    expect((await (await signIn(accountId, stranger)).finish()).outcome).toBe('wrong');
  expect(await marks()).toEqual(before);
  expect((await (await signIn(accountId)).finish()).outcome).toBe('signed-in');
  expect(await marks()).toHaveLength(before.length + 1);
});
