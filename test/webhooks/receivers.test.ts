import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type AdminWorld, ALL_SCOPES, adminWorld } from '../admin/admin-world.ts';
import { operator } from '../cli/operator-process.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http.ts';
import { WebhookListener } from '../support/webhook-listener.ts';

const RECEIVERS = ['gone', 'weak', 'quiet', 'pinged', 'off'];
/** Of what each hears, so that none hears of what another one's test does. */
const EVENTS: Record<string, string> = {
  gone: 'account.updated',
  weak: 'account.disabled',
  quiet: 'account.enabled',
};
let listener: WebhookListener;
let world: AdminWorld;
beforeAll(async () => {
  listener = await WebhookListener.start();
  const webhooks = RECEIVERS.map((id) => listener.receiver(id, { events: [EVENTS[id] ?? 'device.linked'] }));
  world = await adminWorld({}, { webhooks }, ['the-secret-of-this-server-0123456789abcdef']);
});
afterAll(async () => {
  await world.close();
  await listener.close();
});
beforeEach(() => {
  listener.answers = {};
});

/** Something that those who hear of it are told. */
async function happens(act: 'rename' | 'disable' | 'enable' = 'rename'): Promise<void> {
  const { browser } = await world.server.owner();
  const path = `/accounts/${browser.accountId}`;
  if (act === 'enable') await world.ask('POST', `${path}/disable`);
  const done =
    act === 'rename'
      ? world.ask('PATCH', path, { body: { name: 'Grace Hopper' } })
      : world.ask('POST', `${path}/${act}`);
  expect((await done).status).toBe(200);
}

const shown = async (id: string) => (await world.ask('GET', `/receivers/${id}`)).body;
const deadOf = async (id: string) =>
  (await world.ask('GET', `/receivers/${id}/dead`)).body['data'] as Record<string, unknown>[];
const idOf = (one: { headers: Record<string, string> } | undefined) => one?.headers['webhook-id'];

/** The time of each that waits has come. */
async function forward(id: string): Promise<void> {
  const { redis } = world.server.stores.connection;
  const due = `${world.server.stores.prefix}{notices:webhook.${id}}:due`;
  for (const one of await redis.zrange(due, '0', '-1')) await redis.zadd(due, 'XX', '0', one);
}

describe('an operator whose receiver answers 410', () => {
  it('finds it off, what it would have heard kept, and after on and replay it has heard all of it', async () => {
    listener.answers = { gone: 410 };
    await happens();
    const off = await eventually('off', async () => {
      const now = await shown('gone');
      return now['status'] === 'off' ? now : undefined;
    });
    expect(off).toMatchObject({ off: { reason: 'gone' }, last_failure: '410' });
    expect(world.server.logged()).toMatch(/"receiver":"gone","reason":"410".*off from now on/);
    listener.answers = {};
    await happens();
    await eventually('two not taken', async () => (await deadOf('gone')).length === 2);
    expect((await deadOf('gone')).map(({ type, reason }) => [type, reason])).toEqual([
      ['account.updated', 'off'],
      ['account.updated', '410'],
    ]);
    const asked = listener.heard.filter(({ path }) => path === 'gone');
    expect(asked).toHaveLength(1);
    expect((await world.ask('POST', '/receivers/gone/on')).body).toEqual({ changed: true });
    expect((await world.ask('POST', '/receivers/gone/on')).body).toEqual({ changed: false });
    const replayed = await world.ask('POST', '/receivers/gone/replay', { body: { all: true } });
    expect(replayed.body).toEqual({ waiting: 2 });
    const taken = await listener.taken('gone', 2);
    expect(taken.map(idOf)).toContain(idOf(asked[0]));
    expect(await deadOf('gone')).toEqual([]);
  });
});

describe('an operator whose receiver takes nothing', () => {
  it('finds after ten tries what it was told, a page at a time, and replays one under the same id', async () => {
    listener.answers = { weak: 500 };
    await happens('disable');
    await happens('disable');
    await eventually('both given up', async () => {
      await forward('weak');
      return (await shown('weak'))['dead'] === 2;
    });
    expect(await shown('weak')).toMatchObject({ status: 'on', waiting: 0, last_failure: '500' });
    expect((await shown('weak'))['failing_since']).not.toBeNull();
    const first = await world.ask('GET', '/receivers/weak/dead?limit=1');
    const next = encodeURIComponent(String(first.body['next']));
    const second = await world.ask('GET', `/receivers/weak/dead?limit=1&cursor=${next}`);
    const [newest, older] = [first, second].map(({ body }) => (body['data'] as { id: string }[])[0]);
    expect([newest, older]).toEqual([
      expect.objectContaining({ tries: 10, reason: '500' }),
      expect.objectContaining({ tries: 10, reason: '500' }),
    ]);
    listener.answers = {};
    const one = { body: { ids: [older?.id] } };
    expect((await world.ask('POST', '/receivers/weak/replay', one)).body).toEqual({ waiting: 1 });
    expect((await listener.taken('weak', 1)).map(idOf)).toEqual([older?.id]);
    expect((await deadOf('weak')).map(({ id }) => id)).toEqual([newest?.id]);
    const tool = await operator(
      world.server.environment,
      'webhooks',
      'replay',
      'weak',
      '--since',
      '2026-01-01',
      '--json',
    );
    expect([tool.code, tool.json['waiting']]).toEqual([0, 1]);
    expect((await listener.taken('weak', 2)).map(idOf)).toContain(newest?.id);
  });

  it('finds it off once that has been so for three days', async () => {
    listener.answers = { quiet: 500 };
    await happens('enable');
    await listener.asked('quiet', 1);
    const { redis } = world.server.stores.connection;
    const key = `${world.server.stores.prefix}{webhooks}:receivers`;
    const failing = Date.now() - 3 * 86_400_000 - 1000;
    await eventually('a failure is noted', async () => (await shown('quiet'))['failing_since']);
    await redis.hset(key, 'quiet', JSON.stringify({ failing, reason: '500' }));
    await eventually('off', async () => {
      await forward('quiet');
      return (await shown('quiet'))['status'] === 'off';
    });
    expect((await shown('quiet'))['off']).toMatchObject({ reason: 'silent' });
    const metrics = await (await request(`${world.server.origin}/metrics`)).text();
    expect(metrics).toMatch(/latchkey_webhook_receivers_off [1-9]/);
  });
});

describe('an operator who wants to know whether a receiver hears', () => {
  it('pings it by the API and by the tool, also while it is off', async () => {
    expect((await world.ask('POST', '/receivers/pinged/ping')).body).toEqual({ taken: true, failure: null });
    await world.ask('POST', '/receivers/pinged/off');
    const { code, stderr } = await operator(world.server.environment, 'webhooks', 'ping', 'pinged');
    expect([code, stderr]).toEqual([0, '']);
    const heard = await listener.taken('pinged', 2);
    expect(heard.map(({ type, data }) => [type, data])).toEqual([
      ['ping', { receiver: 'pinged' }],
      ['ping', { receiver: 'pinged' }],
    ]);
    listener.answers = { pinged: 503 };
    const refused = await world.ask('POST', '/receivers/pinged/ping');
    expect(refused.body).toEqual({ taken: false, failure: '503' });
  });

  it('is told of one that there is not, and needs the scope', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/dead'],
      ['POST', '/ping'],
      ['POST', '/on'],
    ] as const)
      expect((await world.ask(method, `/receivers/nobody${path}`)).status).toBe(404);
    const token = await world.token(ALL_SCOPES.filter((scope) => scope !== 'admin:receivers'));
    expect((await world.call('GET', '/receivers', { token })).status).toBe(403);
    expect((await operator(world.server.environment, 'webhooks', 'show', 'nobody')).code).toBe(3);
  });

  it('sees and switches each by the tool, and nobody sees a key', async () => {
    const { environment } = world.server;
    expect((await operator(environment, 'webhooks', 'off', 'off')).stdout).toMatch(/off is off/);
    const list = await operator(environment, 'webhooks', 'list', '--json');
    const receivers = list.json['receivers'] as { id: string; off?: { reason: string } }[];
    expect(receivers.map(({ id }) => id)).toEqual(RECEIVERS);
    expect(receivers.find(({ id }) => id === 'off')?.off?.reason).toBe('operator');
    expect(list.stdout + JSON.stringify((await world.ask('GET', '/receivers')).body)).not.toContain('whsec_');
    expect((await operator(environment, 'webhooks', 'replay', 'off')).code).toBe(2);
  });
});
