/** An operator starts another version on a store that is there. */
import { afterEach, expect, it } from '@jest/globals';
import { operator } from '../cli/operator-process.ts';
import { contentsUnder } from '../redis/keyspace-contents.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { testStores } from '../support/test-stores.ts';
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
