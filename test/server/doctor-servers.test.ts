/** An operator of several servers asks one command whether all of them serve the same, and whether the lists have everyone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RebuildIndex } from '../../src/admin/rebuild-index.ts';
import { formatGrantId } from '../../src/devices/grant-id.ts';
import { operator } from '../cli/operator-process.ts';
import { randomId, signedInOwner } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const SECRET = 'the-secret-of-this-server-0123456789abcdef';
const OTHER = [{ client_id: 'radio', client_name: 'Radio' }];

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({}, [SECRET]);
});
afterAll(() => server?.close());

async function doctor(check: string, ...options: string[]) {
  const { json } = await operator(server.environment, 'doctor', '--json', ...options);
  const findings = json['findings'] as { check: string; state: string; message: string }[];
  return findings.filter((one) => one.check === check).map(({ state, message }) => [state, message]);
}
const told = (state: string, message: RegExp) => [state, expect.stringMatching(message)];

describe('latchkey doctor, of servers', () => {
  it('says that all use one clients file, and which do not', async () => {
    const same = /^1 process serves with one clients file, [0-9a-f]{12}, of version \d+\.\d+\.\d+ \(\w+\)$/;
    expect(await doctor('servers')).toEqual([told('ok', same)]);
    const { REDIS_PREFIX: prefix = '' } = server.environment;
    const other = await startWholeServer({ REDIS_PREFIX: prefix }, [SECRET], { clients: OTHER });
    try {
      const differ =
        /^2 processes serve with different clients files, [0-9a-f]{12} \(1\), [0-9a-f]{12} \(1\): put one in place, and send SIGHUP$/;
      expect(await doctor('servers')).toEqual([told('warning', differ)]);
    } finally {
      await other.close();
    }
    expect(await doctor('servers')).toEqual([told('ok', same)]);
  });

  it('names those of another version, and forgets those that ended without a word', async () => {
    const { runningServers } = server.stores;
    const [mine] = (await runningServers.all()).values();
    if (!mine) throw new Error('it has said nothing');
    await runningServers.tell('old', { ...mine, version: '0.0.1', commit: 'abc' });
    await runningServers.tell('dead', { ...mine, clientsSha: 'f'.repeat(64), at: mine.at - 200_000 });
    const differ =
      /^2 processes serve of different versions, .*0\.0\.1 \(abc\) \(1\).*: replace the older ones$/;
    expect(await doctor('servers')).toEqual([told('warning', differ)]);
    const another = await startWholeServer({ REDIS_PREFIX: server.stores.prefix }, [SECRET]);
    await another.close();
    expect([...(await runningServers.all()).keys()]).toEqual(expect.not.arrayContaining(['dead']));
    await runningServers.forget(['old']);
  });
});

describe('latchkey doctor, of lists', () => {
  it('counts accounts and devices that no list has, until the index is rebuilt', async () => {
    const { stores } = server;
    const { browser } = await signedInOwner(stores);
    const grant = { accountId: browser.accountId, epoch: browser.epoch, name: randomId() };
    await linkTelevision(grant);
    expect(await doctor('indexes')).toEqual([['ok', 'the lists have all of 1 accounts and 1 devices']]);
    const { redis } = stores.connection;
    const rows = await redis.keys(`${stores.prefix}{accounts:*}:created`);
    await redis.del(...rows, ...(await redis.keys(`${stores.prefix}{client:*}:devices`)));
    const missing = '1 of 1 accounts and 1 of 1 devices are in no list: run index rebuild';
    expect(await doctor('indexes', '--indexes')).toEqual([['warning', missing]]);
    await new RebuildIndex(stores).run();
    expect((await doctor('indexes')).flat()[0]).toBe('ok');
  });
});

async function linkTelevision(grant: Parameters<typeof formatGrantId>[0]): Promise<void> {
  const { grants } = server.stores;
  const id = formatGrantId(grant);
  await grants.write(
    id,
    { accountId: grant.accountId, clientId: 'tv' },
    { lifetime: 86_400_000, waiting: 600_000 },
  );
  await grants.activate(id, { clientId: 'tv' });
}
