/** What was counted while memory was full keeps no owner and no device waiting once there is room again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { type GrantId, parseGrantId } from '../../src/devices/grant-id.ts';
import { StoreUnavailable } from '../../src/errors/store-unavailable.ts';
import type { ActivityEvent, EventKind } from '../../src/events/event.ts';
import { TextCountries } from '../../src/limits/text-countries.ts';
import { TextCodes } from '../../src/mfa/text-codes.ts';
import { DurabilityWatch } from '../../src/redis/durability-watch.ts';
import { type AccountWorld, accountWorld, HOME, PASSWORD, visit } from '../accounts/account-world.ts';
import { newGrantId, TIME } from '../redis/contract/grants.ts';
import { request } from '../support/http.ts';
import { Installation } from '../support/installation.ts';
import { startRedisCluster, type TestCluster } from '../support/redis-cluster.ts';
import { serviceAt } from '../support/service.ts';
import { testLimiter } from '../support/test-limits.ts';
import { randomId, signedInOwner, type TestStores, testStores } from '../support/test-stores.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { FullMasters } from './full-masters.ts';

describe('the memory of Redis was full', () => {
  const environment = { LIVE_CODES_PER_NETWORK: '20', CODES_PER_MINUTE: '20' };
  let installation: Installation;
  let redis: Redis;
  beforeAll(async () => {
    installation = await Installation.start({ environment });
    redis = installation.stores.connection.redis as Redis;
  });
  afterAll(() => installation.stop());

  const whileFull = async <T>(act: () => Promise<T>): Promise<T> => {
    await redis.config('SET', 'maxmemory', '1mb');
    try {
      return await act();
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
  };
  const readiness = async () => {
    const answer = await request(`${installation.server.issuer}/readyz`);
    return ((await answer.json()) as { status: string }).status;
  };

  it('codes that no device got take no place: devices get theirs as soon as there is room', async () => {
    const device = installation.device();
    await whileFull(async () => {
      for (let asked = 0; asked < 30; asked += 1) expect((await device.authorize()).status).toBe(503);
      expect(await readiness()).toBe('store-read-only');
    });
    const statuses: number[] = [];
    for (let asked = 0; asked < 20; asked += 1) statuses.push((await device.authorize()).status);
    expect(statuses).toEqual(Array(20).fill(200));
  });

  it('an approval that the store refused makes no burst of its network', async () => {
    const { approvals } = installation.stores;
    await whileFull(() => expect(approvals.add('a network', 'Ada')).rejects.toBeInstanceOf(StoreUnavailable));
    expect(await approvals.others('a network', 'Bob')).toBe(0);
    await approvals.add('a network', 'Ada');
    expect(await approvals.others('a network', 'Bob')).toBe(1);
  });

  it('a leave that was taken before is given back meanwhile', async () => {
    const limiter = testLimiter(installation.stores);
    const who = randomId();
    for (let round = 0; round < 20; round += 1) {
      const leave = await limiter.take([['CHANGE_MAIL_ACCOUNT', who]]);
      if (leave.outcome !== 'evaluate') throw new Error(`made to wait after ${round}`);
      await whileFull(leave.giveBack);
    }
  });

  it('a try of a voice code that the store refused does not count', async () => {
    const { stores } = installation;
    const { accountId } = await signedInOwner(stores);
    const id = newGrantId(accountId);
    await stores.grants.write(id, {}, TIME);
    await stores.grants.activate(id, {});
    const event = (kind: EventKind): ActivityEvent => ({ kind, by: 'owner' });
    await stores.voiceCodes.set({ accountId, epoch: 1 }, '4071', event('voice-code-set'));
    const limits = { device: 2, account: 2, window: 60_000, wrong: 2 };
    const says = (code: string) =>
      stores.voiceCodes.try(parseGrantId(id) as GrantId, code, limits, event('voice-code-locked'));
    await whileFull(async () => {
      for (let tries = 0; tries < 5; tries += 1) await expect(says('4072')).rejects.toThrow();
    });
    expect(await says('4072')).toEqual({ outcome: 'no' });
    expect(await says('4071')).toEqual({ outcome: 'yes' });
  });
});

describe('the memory of one master of a Cluster is full', () => {
  let cluster: TestCluster;
  let stores: TestStores;
  let world: AccountWorld;
  let server: WholeServer;
  let masters: FullMasters;
  beforeAll(async () => {
    cluster = await startRedisCluster();
    stores = await testStores({ url: cluster.url });
    server = await startWholeServer({ REDIS_URL: cluster.url });
    world = await accountWorld({ ...stores, limiter: testLimiter(stores), sealing: stores.keyring });
    masters = new FullMasters(cluster, stores);
  });
  afterAll(async () => {
    await server.close();
    await world.close();
    await stores.connection.close();
    await cluster.stop();
  });

  it('a device code that was refused there holds no place', async () => {
    const made = await masters.whileFull(
      30,
      async () => {
        const [deviceCode, userCode, network] = [randomId(), randomId(), randomId()];
        const code = { deviceCode, userCode, network, clientId: 'tv', lifetime: 600_000, payload: {} };
        return (await stores.deviceCodes.create(code)).outcome === 'created';
      },
      await masters.withoutLiveCodes(),
    );
    expect(made).toBeGreaterThan(0);
    expect(await stores.connection.redis.zcard(`${stores.prefix}{live}:all`)).toBe(made);
    expect(await masters.keys('{live}:network:*')).toHaveLength(made);
  });

  it('a sign-up that was refused does not count against its visitor', async () => {
    const done = await masters.whileFull(12, async () => {
      const form = { name: 'Ada', email: world.email(), password: PASSWORD };
      return (await world.signUp.start(form, '/', HOME)).outcome === 'mailed';
    });
    expect(await masters.counted()).toBe(3 * done);
  });

  it('nor does a link for a forgotten password', async () => {
    const done = await masters.whileFull(30, async () => {
      return (await world.passwordReset.ask(world.email(), visit())).outcome === 'mailed';
    });
    expect(await masters.counted()).toBe(4 * done);
  });

  it('nor a right or wrong password that could not be counted or taken', async () => {
    // Half for right ones: a right password would clear what a wrong one for the same email was counted.
    const emails = Array.from({ length: 24 }, () => world.email());
    for (const email of emails) await world.create(email);
    await masters.counted();
    let right = 0;
    const done = await masters.whileFull(24, async (index) => {
      const email = emails[index] ?? '';
      const { outcome } = await world.guess(email, index < 12 ? PASSWORD : 'wrong');
      if (outcome === 'signed-in') right += 1;
      return outcome === 'signed-in' || outcome === 'wrong';
    });
    // A right one counts against the pace of right passwords alone.
    expect(await masters.counted()).toBe(4 * (done - right) + right);
  });

  it('nor a text message', async () => {
    const texts = { post: () => undefined };
    const limiter = testLimiter(stores);
    const codes = new TextCodes({
      service: serviceAt('http://localhost'),
      texts,
      mailedCodes: stores.mailedCodes,
      limiter,
      countries: TextCountries.all,
    });
    const done = await masters.whileFull(30, async () => {
      const asker = { accountId: randomId() as never, address: HOME };
      const sent = await codes.send('second-step', randomId(), `+1555555${randomId()}`, asker);
      return sent.outcome === 'sent';
    });
    expect(await masters.counted()).toBe(4 * done);
  });

  it('nor a sign-in that an app began', async () => {
    const begun = await masters.whileFull(15, async () => {
      const query = new URLSearchParams({
        client_id: 'notes',
        response_type: 'code',
        scope: 'openid',
        redirect_uri: 'https://notes.example.com/signed-in',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      });
      const answer = await request(`${server.issuer}/auth?${query}`, { redirect: 'manual' });
      return answer.headers.get('location')?.includes('/interaction/') ?? false;
    });
    expect(await masters.counted(server.stores.prefix)).toBe(2 * begun);
  });

  it('nor a change of what an owner is told of', async () => {
    const owners = await Promise.all(Array.from({ length: 6 }, () => server.owner()));
    const wanted = owners.map(() => false);
    const path = '/account/notifications/each';
    const csrf = await Promise.all(owners.map(async (pages) => (await pages.get(path)).field('csrf')));
    await masters.counted(server.stores.prefix);
    const done = await masters.whileFull(6, async (index) => {
      wanted[index] = !wanted[index];
      const choices = wanted[index] ? { 'device-linked': 'yes' } : {};
      const answer = await owners[index]?.post(path, { csrf: csrf[index] ?? '', ...choices });
      return answer?.status === 303;
    });
    expect(await masters.counted(server.stores.prefix)).toBe(done);
  });

  it('/readyz says that changes are refused each time it is asked, and no longer once they are taken', async () => {
    const watch = new DurabilityWatch(stores.connection, stores.probe, { allow: [], replicas: 0 });
    await masters.whileFull(30, async (index) => {
      await stores.records.write('Probe', `${index}`, {}, 1000);
      return true;
    });
    for (let asked = 0; asked < 20; asked += 1) expect(await watch.state()).toBe('store-read-only');
    while ((await watch.state()) !== 'ready') await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
