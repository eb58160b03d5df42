import { afterEach, describe, expect, it } from '@jest/globals';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import { connectRedis } from '../../src/redis/connection.ts';
import { Keyring } from '../../src/redis/keyring.ts';
import { createStores } from '../../src/redis/stores.ts';
import { startReplyDroppingCluster } from '../support/reply-dropping-cluster.ts';
import { type ReplyDroppingProxy, startReplyDroppingProxy } from '../support/reply-dropping-proxy.ts';
import {
  randomId,
  signedInOwner,
  TEST_SECRET,
  type TestStores,
  testRedisUrl,
  testStores,
} from '../support/test-stores.ts';
import { newCode } from './contract/code-states.ts';
import { activeGrant } from './contract/grants.ts';
import { everyChange } from './every-change.ts';

const CAPS = { all: 1e6, client: 1e6, network: 1e6, burst: 1e6 };

type Loses = (command: readonly string[]) => string | undefined;

interface LossyStore {
  proxy: ReplyDroppingProxy;
  /** The store itself, past the proxy. */
  directUrl: string;
}

const KINDS: [string, (loses: Loses) => Promise<LossyStore>][] = [
  ['one Redis', lossyRedis],
  ['a Redis Cluster of three masters', lossyCluster],
];

async function lossyRedis(loses: Loses): Promise<LossyStore> {
  const { hostname, port } = new URL(testRedisUrl());
  const proxy = await startReplyDroppingProxy({ host: hostname, port: Number(port) }, loses);
  return { proxy, directUrl: testRedisUrl() };
}

/** A client that asks the cluster where to go is led to the proxies, so there is no way past them. */
async function lossyCluster(loses: Loses): Promise<LossyStore> {
  const proxy = await startReplyDroppingCluster(loses);
  return { proxy, directUrl: proxy.url };
}

/** Attack 27: what happens twice when a connection breaks between a command and its reply. */
describe.each(KINDS)('replies that are lost on the way from %s', (_kind, start) => {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
  });

  async function behindProxy(
    loses: Loses,
    // A machine that is busy takes its time to connect anew.
    timeout = 60_000,
  ): Promise<{ stores: TestStores; direct: TestStores; proxy: ReplyDroppingProxy }> {
    const { proxy, directUrl } = await start(loses);
    const prefix = `t${randomId()}:`;
    const connection = connectRedis({ url: proxy.url, commandTimeout: 60_000, timeout });
    await connection.whenReady();
    const direct = await testStores({ url: directUrl, prefix });
    const keyring = new Keyring([TEST_SECRET]);
    endings.push(
      async () => connection.redis.disconnect(),
      async () => direct.connection.redis.disconnect(),
      () => proxy.close(),
    );
    const stores = {
      ...createStores(connection, keyring, { prefix, liveCodes: CAPS, isHeard: true }),
      connection,
      keyring,
      prefix,
    };
    return { stores, direct, proxy };
  }

  /** Scripts, by keys and arguments: sent again, one may come as its text and not by its digest. */
  const isScript = ([command, _script, ...rest]: readonly string[]) =>
    command?.startsWith('eval') ? rest.join(' ') : undefined;

  /** Everything that is sent in a request: scripts, and reads and writes without one. */
  const isOfARequest = (command: readonly string[]) =>
    isScript(command) ??
    (/^(get|set|hmget|exists|unlink)$/i.test(command[0] ?? '') ? command.join(' ') : undefined);

  it('each reply of each script and command, once: every change has its result and happened once', async () => {
    const { stores, proxy } = await behindProxy(isOfARequest);
    await everyChange(stores);
    await stores.installationSecrets.readOrMake('pepper', async () => 'a');
    expect(await stores.installationSecrets.readOrMake('pepper', async () => 'b')).toBe('a');
    expect(proxy.dropped).toBeGreaterThan(50);
  });

  it('a redemption whose reply is lost is still won by one, and by that one', async () => {
    let lossy = false;
    const { stores, direct } = await behindProxy((command) => (lossy ? isScript(command) : undefined));
    const code = newCode();
    await direct.deviceCodes.create(code);
    await direct.deviceCodes.decide(code.deviceCode, 'approved', {});
    lossy = true;
    const rivals = Array.from({ length: 8 }, () => direct.deviceCodes.consume(code.deviceCode));
    const results = await Promise.all([stores.deviceCodes.consume(code.deviceCode), ...rivals]);
    expect(results.filter((result) => result === 'consumed')).toHaveLength(1);
  });

  it('when the connection does not come back, no caller is told that it happened', async () => {
    let lossy = false;
    const { stores, direct, proxy } = await behindProxy(
      (command) => (lossy ? isScript(command) : undefined),
      200,
    );
    const { accountId, grantId } = await activeGrant(direct);
    const { browser } = await signedInOwner(direct);
    lossy = true;
    const ending = stores.grants.end(grantId);
    await untilDropped(proxy);
    await proxy.close();
    await expect(ending).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(stores.accounts.signOutEverything(accountId)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(stores.browsers.resume(browser.sessionId)).rejects.toBeInstanceOf(StoreUnavailable);
    endings.pop();
  });
});

async function untilDropped(proxy: ReplyDroppingProxy): Promise<void> {
  while (proxy.dropped === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
