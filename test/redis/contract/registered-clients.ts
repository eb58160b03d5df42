import { describe, expect, it } from '@jest/globals';
import type { RegisteredClient } from '../../../src/apps/registered-clients.ts';
import { randomId } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

const HOUR = 3_600_000;
const DIGEST = 'd'.repeat(43);

export function newClient(): RegisteredClient {
  return {
    clientId: randomId(),
    metadata: { redirect_uris: ['https://newcomer.example.com/cb'], client_name: 'Newcomer' },
    secret: undefined,
    tokens: [randomId()],
    issuedAt: 1,
    initialToken: undefined,
  };
}

export function describeRegisteredClients(open: OpenStores): void {
  describe('clients that registered themselves', () => {
    /** Each group has places of its own. */
    const room = (caps: { all: number; network: number }) => {
      const bench = new Bench(async (options) => open({ ...options, registeredClients: caps }));
      return bench;
    };
    const wide = room({ all: 1000, network: 1000 });
    const small = room({ all: 8, network: 8 });
    const bounded = room({ all: 20, network: 8 });

    it('are found as they were written, by every server, and not under another id', async () => {
      const client = newClient();
      const { registeredClients } = wide.stores;
      expect(await registeredClients.add(client, { network: 'a' }, HOUR)).toBe('added');
      const other = (await wide.another()).registeredClients;
      const { clientId, metadata, tokens } = client;
      expect(await other.find(clientId)).toMatchObject({ clientId, metadata, tokens });
      expect(await other.has(client.clientId)).toBe(true);
      expect([await other.find(randomId()), await other.has(randomId())]).toEqual([undefined, false]);
      expect((await other.list()).map(({ clientId }) => clientId)).toContain(client.clientId);
    });

    it('are changed by one of many at once; one that was removed does not come back', async () => {
      const client = newClient();
      const { registeredClients } = wide.stores;
      await registeredClients.add(client, { network: 'a' }, HOUR);
      const read = await registeredClients.find(client.clientId);
      if (!read) throw new Error('no client');
      const outcomes = await times(8, (index) =>
        registeredClients.update({ ...client, metadata: { client_name: `${index}` } }, read),
      );
      expect(outcomes.filter((one) => one === 'written')).toHaveLength(1);
      const changed = await registeredClients.find(client.clientId);
      if (!changed) throw new Error('no client');
      await registeredClients.remove(client.clientId);
      expect(await registeredClients.update(client, changed)).toBe('gone');
      expect(await registeredClients.keep(client.clientId, HOUR, 'ada')).toBe('gone');
      expect(await registeredClients.find(client.clientId)).toBeUndefined();
      expect((await registeredClients.list()).map(({ clientId }) => clientId)).not.toContain(client.clientId);
    });

    it('leave by time, later where they are kept', async () => {
      const { registeredClients } = wide.stores;
      const [kept, left] = [newClient(), newClient()];
      for (const client of [kept, left]) await registeredClients.add(client, { network: 'a' }, HOUR);
      expect(await registeredClients.keep(kept.clientId, 10 * HOUR, 'ada')).toBe('kept');
      expect(await registeredClients.keep(kept.clientId, HOUR, 'ben')).toBe('kept');
      const listed = await registeredClients.list();
      const leaves = (id: string) =>
        (listed.find(({ clientId }) => clientId === id)?.leaves ?? 0) - Date.now();
      expect(leaves(kept.clientId)).toBeGreaterThan(9 * HOUR);
      expect(leaves(left.clientId)).toBeLessThan(2 * HOUR);
      const name = wide.stores.keyring.mac('Client', kept.clientId);
      expect(await wide.redis.pttl(wide.keyspace.record('Client', name))).toBeGreaterThan(9 * HOUR);
    });

    it('are not kept where they have lost their place: what is not counted would never be listed nor ended', async () => {
      const { registeredClients } = wide.stores;
      const client = newClient();
      await registeredClients.add(client, { network: 'a' }, HOUR);
      const name = wide.stores.keyring.mac('Client', client.clientId);
      const places = wide.keyspace.clients('all');
      // It was written a moment after it was given its place, and stays as much longer.
      await wide.redis.zadd(places, 'XX', Date.now() - 1, name);
      expect(await registeredClients.keep(client.clientId, 10 * HOUR, 'ada')).toBe('gone');
      await wide.redis.zrem(places, name);
      expect(await registeredClients.keep(client.clientId, 10 * HOUR, 'ada')).toBe('gone');
      expect(await wide.redis.pttl(wide.keyspace.record('Client', name))).toBeLessThan(2 * HOUR);
      expect(await wide.redis.zscore(places, name)).toBeNull();
    });

    it('have one place of ten for those that come with a token', async () => {
      const { registeredClients, initialTokens } = bounded.stores;
      const id = 'dddddddddddd';
      await initialTokens.add({ id, name: '', digest: DIGEST, uses: 9 }, HOUR);
      const flood = await times(30, (index) =>
        registeredClients.add(newClient(), { network: `n${index}` }, HOUR),
      );
      expect(flood.filter((outcome) => outcome === 'added')).toHaveLength(18);
      const team = await times(4, () =>
        registeredClients.add(
          { ...newClient(), initialToken: id },
          { tokenId: id, tokenDigest: DIGEST },
          HOUR,
        ),
      );
      expect(team.toSorted()).toEqual(['added', 'added', 'full', 'full']);
      expect((await initialTokens.list()).map(({ left }) => left)).toEqual([7]);
    });

    it('are kept for one owner in fewer places the fewer are left, those of a token in any', async () => {
      const { registeredClients } = bounded.stores;
      const listed = await registeredClients.list();
      const idsOf = (isGiven: boolean) =>
        listed
          .filter(({ initialToken }) => (initialToken !== undefined) === isGiven)
          .map(({ clientId }) => clientId);
      const [given, free] = [idsOf(true), idsOf(false)];
      const keep = (clientId = '', owner = 'ada') => registeredClients.keep(clientId, 10 * HOUR, owner);
      expect(await Promise.all(given.map((id) => keep(id)))).toEqual(['kept', 'kept']);
      // All are taken: each owner may have one, the newest.
      expect([await keep(free[0]), await keep(free[1]), await keep(free[1])]).toEqual([
        'kept',
        'instead',
        'kept',
      ]);
      expect([await keep(free[1], 'ben'), await keep(free[2], 'ben')]).toEqual(['kept', 'instead']);
      for (const { clientId } of listed.slice(0, 16)) await registeredClients.remove(clientId);
      const more = await times(4, async () => {
        const client = newClient();
        await registeredClients.add(client, { network: client.clientId }, HOUR);
        return keep(client.clientId, 'eve');
      });
      expect(more).toEqual(Array(4).fill('kept'));
    });

    it('that an owner has let go leave within a day, unless another owner has used them', async () => {
      const { registeredClients } = wide.stores;
      const [own, shared, given] = [newClient(), newClient(), newClient()];
      for (const client of [own, shared, given])
        await registeredClients.add(client, { network: client.clientId }, HOUR);
      const keep = ({ clientId }: RegisteredClient, owner: string) =>
        registeredClients.keep(clientId, 240 * HOUR, owner);
      await keep(own, 'ada');
      await Promise.all(['ada', 'ben'].map((owner) => keep(shared, owner)));
      await keep(given, 'ben');
      for (const { clientId } of [own, shared, given])
        await registeredClients.letGo(clientId, 240 * HOUR, 'ada');
      const hours = async ({ clientId }: RegisteredClient) => {
        const name = wide.stores.keyring.mac('Client', clientId);
        const place = Number(await wide.redis.zscore(wide.keyspace.clients('all'), name)) - Date.now();
        const record = await wide.redis.pttl(wide.keyspace.record('Client', name));
        return [place, record].map((milliseconds) => Math.round(milliseconds / HOUR));
      };
      expect([await hours(own), await hours(shared), await hours(given)]).toEqual([
        [24, 24],
        [240, 240],
        [240, 240],
      ]);
      // One that is used again stays.
      expect([await keep(own, 'ada'), await hours(own)]).toEqual(['kept', [240, 240]]);
    });

    it('of one network are fewer the fewer places are left; another still has one', async () => {
      const { registeredClients } = small.stores;
      const add = (network: string) => registeredClients.add(newClient(), { network }, HOUR);
      const one = await times(8, () => add('one'));
      const added = one.filter((outcome) => outcome === 'added').length;
      expect([added, one.filter((outcome) => outcome === 'network-full').length]).toEqual([3, 5]);
      expect(await add('other')).toBe('added');
    });

    it('are never more than may be, however many come at once; one that is removed leaves its place', async () => {
      const { registeredClients } = small.stores;
      const more = await times(20, (index) =>
        registeredClients.add(newClient(), { network: `n${index}` }, HOUR),
      );
      expect(more.filter((outcome) => outcome === 'added')).toHaveLength(3);
      expect(more).toContain('full');
      const [first] = await registeredClients.list();
      await registeredClients.remove(first?.clientId ?? '');
      expect(await registeredClients.add(newClient(), { network: 'n99' }, HOUR)).toBe('added');
    });

    it('come with a token as often as it is good for, whatever their network has brought', async () => {
      const { registeredClients, initialTokens } = wide.stores;
      const id = '0123456789ab';
      await initialTokens.add({ id, name: 'for tests', digest: DIGEST, uses: 3 }, HOUR);
      const add = (tokenDigest = DIGEST, tokenId = id) =>
        registeredClients.add(newClient(), { tokenId, tokenDigest }, HOUR);
      expect(await add('another')).toBe('token-refused');
      expect(await add(DIGEST, 'ba9876543210')).toBe('token-refused');
      expect((await initialTokens.list()).map(({ name, left }) => [name, left])).toEqual([['for tests', 3]]);
      const outcomes = await times(10, () => add());
      expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(3);
      expect(await initialTokens.list()).toEqual([]);
    });

    it('come with no token that has ended, or whose time is over', async () => {
      const { registeredClients, initialTokens } = wide.stores;
      const [ended, over] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'];
      for (const id of [ended, over])
        await initialTokens.add({ id, name: '', digest: DIGEST, uses: 3 }, id === over ? 0 : HOUR);
      await initialTokens.end(ended);
      for (const tokenId of [ended, over])
        expect(await registeredClients.add(newClient(), { tokenId, tokenDigest: DIGEST }, HOUR)).toBe(
          'token-refused',
        );
    });

    it('that could not be written take no place and no use of a token', async () => {
      const { registeredClients, initialTokens } = wide.stores;
      const id = 'cccccccccccc';
      await initialTokens.add({ id, name: '', digest: DIGEST, uses: 1 }, HOUR);
      const broken = newClient();
      // Something of another type stands where it is to be written.
      const name = wide.stores.keyring.mac('Client', broken.clientId);
      await wide.redis.set(wide.keyspace.record('Client', name), 'x');
      const adding = registeredClients.add(broken, { tokenId: id, tokenDigest: DIGEST }, HOUR);
      await expect(adding).rejects.toThrow('WRONGTYPE');
      await wide.redis.del(wide.keyspace.record('Client', name));
      expect(await registeredClients.add(newClient(), { tokenId: id, tokenDigest: DIGEST }, HOUR)).toBe(
        'added',
      );
    });

    it('are found under an older secret, changed and removed there', async () => {
      const client = newClient();
      const secrets = ['the older of two secrets, long enough', 'the newer of two secrets, long enough'];
      const [older, both] = [
        await wide.another({ secrets: secrets.slice(0, 1) }),
        await wide.another({ secrets: secrets.toReversed() }),
      ];
      await older.registeredClients.add(client, { network: 'a' }, HOUR);
      const read = await both.registeredClients.find(client.clientId);
      if (!read) throw new Error('not found');
      expect(await both.registeredClients.has(client.clientId)).toBe(true);
      expect(await both.registeredClients.update({ ...client, secret: 'x' }, read)).toBe('written');
      expect((await both.registeredClients.find(client.clientId))?.secret).toBe('x');
      await both.registeredClients.remove(client.clientId);
      expect(await both.registeredClients.find(client.clientId)).toBeUndefined();
    });
  });
}
