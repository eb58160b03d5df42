/** An operator starts another version on a store that is there. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { Upgrades } from '../../src/admin/upgrades.ts';
import { createStores } from '../../src/redis/stores.ts';
import { operator } from '../cli/operator-process.ts';
import { contentsUnder } from '../redis/keyspace-contents.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { randomId, testStores } from '../support/test-stores.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';

const SECRET = 'the-secret-of-this-server-0123456789abcdef';

const started: WholeServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.close();
});

async function start(before?: WholeServer): Promise<WholeServer> {
  const { REDIS_PREFIX } = before?.environment ?? {};
  const server = await startWholeServer({ SIGN_UP: 'open', ...(REDIS_PREFIX && { REDIS_PREFIX }) }, [SECRET]);
  started.push(server);
  return server;
}

const formatOf = ({ stores }: WholeServer) => `${stores.prefix}store-format`;

it('data of the last format, which had no number: everything opens, and the store is numbered', async () => {
  const before = await start();
  const { email, pages } = await before.signUp(before.visitor('127.0.0.1'));
  const { deviceCode, userCode } = codesOf(await new DeviceClient(before.issuer).authorize());
  const confirm = await pages.submit('/device', '/device', { user_code: userCode });
  const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
  await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
  const { body } = await new DeviceClient(before.issuer).poll(deviceCode);
  expect(await before.stores.connection.redis.del(formatOf(before))).toBe(1);
  const after = await start(before);
  expect(await after.stores.connection.redis.get(formatOf(after))).toBe('1');
  expect((await new DeviceClient(after.issuer).refresh(String(body['refresh_token']))).status).toBe(200);
  const form = { email, password: PASSWORD };
  expect((await after.visitor().submit('/sign-in', '/sign-in', form)).status).toBe(303);
});

it('a store that a newer version has written is refused in words, and left as it is', async () => {
  const before = await start();
  await before.signUp();
  const { prefix } = before.stores;
  // Nothing else writes.
  for (const server of started.splice(0)) await server.close();
  const { connection } = await testStores({ prefix });
  const { redis } = connection;
  const key = `${prefix}store-format`;
  try {
    for (const format of ['2', '17', 'x']) {
      await redis.set(key, format);
      const contents = await contentsUnder(redis, prefix);
      const words = `The store is of format ${format}, and this version knows 0 and 1: a newer Latchkey has written it.`;
      await expect(start(before)).rejects.toThrow(words);
      expect(await contentsUnder(redis, prefix)).toEqual(contents);
    }
    const { code, stderr } = await operator(before.environment, 'accounts', 'list');
    expect([code, stderr]).toEqual([6, expect.stringContaining('Start that version, or restore the backup')]);
  } finally {
    await connection.close();
  }
});

describe('a version to come, which knows a format more', () => {
  const caps = { all: 1e6, client: 1e6, network: 1e6, burst: 1e6 };
  const later = ({ stores: { connection, keyring, prefix } }: Pick<WholeServer, 'stores'>) =>
    createStores(connection, keyring, { prefix, liveCodes: caps, newestFormat: 2 });

  it('runs beside the one before, and writes as that does until the operator ends the upgrade', async () => {
    const server = await start();
    const next = later(server);
    await next.format.begin();
    expect(await server.stores.connection.redis.get(formatOf(server))).toBe('1');
    const upgrades = new Upgrades(next);
    expect(await upgrades.finish()).toBe('behind');
    expect((await upgrades.status()).behind).toMatchObject([{ format: 1 }]);
    // One step back: the version before starts again.
    const back = await start(server);
    started.splice(started.indexOf(back), 1);
    await back.close();
    await next.runningServers.forget([...(await next.runningServers.all()).keys()]);
    expect(await upgrades.status()).toEqual({ format: 1, newest: 2, behind: [] });
    expect([await upgrades.finish(), await upgrades.finish()]).toEqual(['finished', 'unchanged']);
    await next.format.begin();
    const words =
      'The store is of format 2, and this version knows 0 and 1: a newer Latchkey has written it.';
    await expect(start(server)).rejects.toThrow(words);
  });

  it('numbers a store of its own by what it knows, and reads none from before there was a number', async () => {
    const prefix = `t${randomId()}:`;
    const stores = await testStores({ prefix });
    try {
      const next = later({ stores });
      await next.format.begin();
      expect(await next.format.require()).toBe(2);
      await stores.connection.redis.del(`${prefix}store-format`);
      await next.installationSecrets.readOrMake('pepper', async () => 'x');
      await expect(next.format.require()).rejects.toThrow(
        'The store is of format 0, and this version knows 1 and 2: upgrade by the versions between',
      );
    } finally {
      await stores.connection.close();
    }
  });
});

it('an operator is told that there is nothing to finish', async () => {
  const { environment } = await start();
  const [seen, finished] = [
    await operator(environment, 'upgrade', 'status', '--json'),
    await operator(environment, 'upgrade', 'finish', '--json'),
  ];
  expect([seen.code, seen.json]).toEqual([0, { outcome: 'done', format: 1, newest: 1, behind: [] }]);
  expect([finished.code, finished.json]).toEqual([0, { outcome: 'done', format: 1, changed: false }]);
});
