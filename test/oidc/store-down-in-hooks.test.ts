/** The library calls our functions in the middle of its own work, and the store may fail in any of them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { TWO_STEPS } from '../../src/mfa/assurance.ts';
import { newApp } from '../redis/contract/factors.ts';
import { Agent, TestApp } from '../support/app.ts';
import { DeviceClient } from '../support/device-client.ts';
import { type LinkedDevice, linkDevice } from '../support/linked-device.ts';
import { API_CLIENTS, MUSIC, TEST_RESOURCES } from '../support/test-apis.ts';
import { TEST_CLIENTS, type TestProtocol, testProtocol } from '../support/test-protocol.ts';
import { randomId, signedInOwner } from '../support/test-stores.ts';

let protocol: TestProtocol;
let browser: Session;
let app: TestApp;
let heal: () => void = () => {};
beforeAll(async () => {
  protocol = await testProtocol({ clients: [...TEST_CLIENTS, ...API_CLIENTS], resources: TEST_RESOURCES });
  ({ browser } = await signedInOwner(protocol.stores));
  app = await TestApp.notes(protocol);
});
afterEach(() => heal());
afterAll(() => protocol.close());

/** Of the scripts that come from now on, one gets no answer in time. @returns how many have come */
function failAt(number: number): () => number {
  const { redis } = protocol.stores.connection;
  const whole = { evalsha: redis.evalsha, evalsha_ro: redis.evalsha_ro };
  let count = 0;
  const losing =
    (call: (...args: never[]) => Promise<unknown>) =>
    (...args: never[]): Promise<unknown> => {
      count += 1;
      return count === number ? Promise.reject(new Error('Command timed out')) : call.apply(redis, args);
    };
  Object.assign(redis, { evalsha: losing(whole.evalsha), evalsha_ro: losing(whole.evalsha_ro) });
  heal = () => void Object.assign(redis, whole);
  return () => count;
}

const linked = (fields: Record<string, string>) =>
  linkDevice(protocol, browser, new DeviceClient(protocol.issuer), fields);

async function householdDevice(): Promise<LinkedDevice> {
  const event = { kind: 'device-assigned', by: 'owner' } as const;
  const member = { id: randomId(), name: 'Ben' };
  const device = await linked({ scope: 'openid household', device_name: member.id });
  await protocol.stores.household.add(browser, member, 99, event);
  const row = (await protocol.stores.linkedDevices.list(browser)).find(
    ({ claimed }) => claimed.name === member.id,
  );
  await protocol.stores.linkedDevices.assign(browser, row?.id ?? '', member.id, event);
  return device;
}

interface Said {
  status: number;
  location?: string;
}

/** Each makes ready what it takes, and then asks. */
const QUESTIONS: readonly (readonly [string, () => Promise<() => Promise<Said>>])[] = [
  [
    'a device that refreshes for an API whose tokens are not kept',
    async () => {
      const { client, tokens } = await linked({ scope: 'music.play offline_access', resource: MUSIC });
      return () => client.refresh(tokens.refresh_token ?? '');
    },
  ],
  [
    'a device that asks who of the household uses it',
    async () => {
      const { client, tokens } = await householdDevice();
      return () => client.userinfo(tokens.access_token);
    },
  ],
  [
    'an app that was allowed before, and wants two steps of an owner who has them',
    async () => {
      const { browser: other } = await signedInOwner(protocol.stores);
      const { accountId } = other;
      await app.signIn(new Agent(other));
      const event = { kind: 'factor-added', by: 'owner' } as const;
      await protocol.stores.factors.add({ accountId, epoch: 1 }, newApp(), event);
      const { url } = await app.begin({ acr_values: TWO_STEPS });
      return () => new Agent(other).get(url);
    },
  ],
];

/** An app hears of it by the redirect (RFC 6749 section 4.1.2.1). */
function saidBy({ status, location = '' }: Said): string {
  return /[?&]error=([a-z_]+)/.exec(location)?.[1] ?? String(status);
}

describe.each(QUESTIONS)('%s', (_who, prepare) => {
  it('hears that the store is down, or the answer, and never 500, whichever script gets no answer', async () => {
    const heard = new Set<string>();
    for (let number = 1; ; number += 1) {
      const ask = await prepare();
      const came = failAt(number);
      const said = await ask();
      heal();
      if (came() < number) break;
      heard.add(saidBy(said));
    }
    const down = [...heard].filter((said) => ['503', 'temporarily_unavailable'].includes(said));
    expect(down.length).toBeGreaterThan(0);
    expect([...heard].filter((said) => ![...down, '200', '303'].includes(said))).toEqual([]);
  });
});
