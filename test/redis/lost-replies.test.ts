import { afterEach, describe, expect, it } from '@jest/globals';
import { connectRedis } from '../../src/redis/connection.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import { createStores } from '../../src/redis/stores.ts';
import { StoreUnavailable } from '../../src/store-unavailable.ts';
import { type ReplyDroppingProxy, startReplyDroppingProxy } from '../support/reply-dropping-proxy.ts';
import {
  signedInOwner,
  TEST_SECRET,
  type TestStores,
  testRedisUrl,
  testStores,
} from '../support/test-stores.ts';
import { newCode } from './contract/code-states.ts';
import { activeGrant } from './contract/grants.ts';
import { everyChange } from './every-change.ts';

const CAPS = { all: 1e6, client: 1e6, network: 1e6 };

/** Attack 27: what happens twice when a connection breaks between a command and its reply. */
describe('replies that are lost', () => {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
  });

  async function behindProxy(
    loses: (command: readonly string[]) => string | undefined,
    patience = 5000,
  ): Promise<{ stores: TestStores; direct: TestStores; proxy: ReplyDroppingProxy }> {
    const { hostname, port } = new URL(testRedisUrl());
    const proxy = await startReplyDroppingProxy({ host: hostname, port: Number(port) }, loses);
    const connection = connectRedis({ url: proxy.url, commandTimeout: 5000, patience });
    await connection.whenReady();
    const direct = await testStores();
    const keyring = new Keyring([TEST_SECRET]);
    const { prefix } = direct;
    endings.push(
      () => connection.close(),
      () => direct.connection.close(),
      () => proxy.close(),
    );
    const stores = {
      ...createStores(connection, keyring, { prefix, liveCodes: CAPS }),
      connection,
      keyring,
      prefix,
    };
    return { stores, direct, proxy };
  }

  /** Scripts, by keys and arguments: sent again, one may come as its text and not by its digest. */
  const isScript = ([command, _script, ...rest]: readonly string[]) =>
    command?.startsWith('eval') ? rest.join(' ') : undefined;

  it('each reply of each script, once: every change has its result and happened once', async () => {
    const { stores, proxy } = await behindProxy(isScript);
    await everyChange(stores);
    expect(proxy.dropped).toBeGreaterThan(40);
  });

  it('a redemption whose reply is lost is still won by one, and by that one', async () => {
    const { stores, direct } = await behindProxy(isScript);
    const code = newCode();
    await direct.deviceCodes.create(code);
    await direct.deviceCodes.decide(code.deviceCode, 'approved', {});
    const rivals = Array.from({ length: 8 }, () => direct.deviceCodes.consume(code.deviceCode));
    const results = await Promise.all([stores.deviceCodes.consume(code.deviceCode), ...rivals]);
    expect(results.filter((result) => result === 'consumed')).toHaveLength(1);
  });

  it('when the connection does not come back, nobody is told that it happened', async () => {
    const { stores, direct, proxy } = await behindProxy(isScript, 200);
    const { accountId, grantId } = await activeGrant(direct);
    const { browser } = await signedInOwner(direct);
    const ending = stores.grants.end(grantId);
    await untilDropped(proxy);
    await proxy.close();
    await expect(ending).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(stores.accounts.signOutEverything(accountId)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(stores.browsers.find(browser.sessionId)).rejects.toBeInstanceOf(StoreUnavailable);
    expect((await direct.accounts.find(accountId))?.epoch).toBe(1);
    endings.pop();
    await stores.connection.close();
  });
});

async function untilDropped(proxy: ReplyDroppingProxy): Promise<void> {
  while (proxy.dropped === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
