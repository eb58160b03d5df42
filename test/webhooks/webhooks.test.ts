import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClosingSweep } from '../../src/account-changes/closing-sweep.ts';
import type { Session } from '../../src/accounts/session.ts';
import { Egress } from '../../src/net/egress.ts';
import { EventSweep } from '../../src/notices/event-sweep.ts';
import { NoticeSweep } from '../../src/notices/notice-sweep.ts';
import { WebhookHearer } from '../../src/webhooks/webhook-hearer.ts';
import { WebhookQueueing } from '../../src/webhooks/webhook-queueing.ts';
import { parseWebhooks } from '../../src/webhooks/webhooks-file.ts';
import { installClients } from '../clients/installed.ts';
import { DeviceClient, type Tokens } from '../support/device-client.ts';
import { codesOf, tokensOf } from '../support/linked-device.ts';
import { WebhookListener, webhookKey } from '../support/webhook-listener.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

/** The specification's own library. */
type Verify = (body: string, headers: Record<string, string>) => unknown;
let Webhook: new (key: string) => { verify: Verify };

const [OLD, NEW] = [webhookKey(), webhookKey()];
let listener: WebhookListener;
let receivers: object[];
let server: WholeServer;
beforeAll(async () => {
  installClients();
  const installed = createRequire(new URL('../clients/package.json', import.meta.url));
  ({ Webhook } = installed('standardwebhooks') as { Webhook: typeof Webhook });
  listener = await WebhookListener.start();
  receivers = [
    listener.receiver('maker', { events: ['device.*', 'account.*'], clients: ['tv'], secrets: [OLD, NEW] }),
    listener.receiver('other', { events: ['device.linked'], clients: ['cli'] }),
    listener.receiver('everything'),
  ];
  server = await startWholeServer({}, undefined, { webhooks: receivers });
});
afterAll(async () => {
  await server.close();
  await listener.close();
});

type OwnerPages = Awaited<ReturnType<WholeServer['owner']>>;

async function link(browser: Session): Promise<Tokens & { client: DeviceClient }> {
  const client = new DeviceClient(server.issuer);
  const codes = codesOf(await client.authorize({ device_name: 'Bedroom TV' }));
  expect(await server.inside.linking.approve(codes.userCode, browser)).toBe('approved');
  return { client, ...tokensOf(await client.poll(codes.deviceCode)) };
}

/** What a receiver was told of an owner since the account is there, once it is so much. */
async function toldOf({ browser }: OwnerPages, path: string, count: number) {
  let seen = count;
  for (;;) {
    const all = await listener.taken(path, seen);
    const about = all.filter(
      ({ type, data }) => data['account'] === browser.accountId && type !== 'account.created',
    );
    if (about.length >= count) return about;
    seen = all.length + 1;
  }
}

describe('a maker whose program is told what happens', () => {
  it('hears that a device was linked and that it signed itself off, of its own devices alone', async () => {
    const owner = await server.owner();
    const tv = await link(owner.browser);
    await tv.client.revoke(tv.refresh_token);
    const [linked, off] = await toldOf(owner, 'maker', 2);
    expect([linked?.type, off?.type].sort()).toEqual(['device.linked', 'device.signed_off']);
    expect(linked?.data['device']).toEqual({ id: expect.stringMatching(/./), client_id: 'tv' });
    expect(off?.data['device']).toEqual(linked?.data['device']);
    await toldOf(owner, 'everything', 2);
    expect(listener.heard.filter(({ path }) => path === 'other')).toEqual([]);
  });

  it('can tell that it was us, with either of two keys, by the specification’s own library', async () => {
    const owner = await server.owner();
    await link(owner.browser);
    const [linked] = await toldOf(owner, 'maker', 1);
    const { body = '', headers = {} } = linked ?? {};
    for (const key of [OLD, NEW]) expect(new Webhook(key).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(webhookKey()).verify(body, headers)).toThrow();
    expect(() => new Webhook(OLD).verify(body.replace('linked', 'gone'), headers)).toThrow();
  });

  it('learns ids, and no name, email, address or browser of its owners', async () => {
    const owner = await server.owner('Rosa');
    await link(owner.browser);
    const [linked] = await toldOf(owner, 'everything', 1);
    const body = JSON.parse(linked?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(body).sort()).toEqual(['data', 'timestamp', 'type']);
    expect(Object.keys(body['data'] as object).sort()).toEqual(['account', 'by', 'device', 'sequence']);
    expect(linked?.body).not.toMatch(/Rosa|example\.org|Bedroom|127\.0\.0\.1|198\.51/);
  });

  it('hears once that an owner has signed out of everything, whatever that ended', async () => {
    const owner = await server.owner();
    for (let count = 0; count < 3; count += 1) await link(owner.browser);
    await owner.submit('/account/security/compromised', '/account/security/compromised', {});
    const told = await toldOf(owner, 'maker', 4);
    expect(told.map(({ type }) => type).sort()).toEqual([
      'account.signed_out_everything',
      ...['device.linked', 'device.linked', 'device.linked'],
    ]);
    const sequences = told.map(({ data }) => String(data['sequence']));
    expect(new Set(sequences).size).toBe(4);
  });

  it('hears that an account was closed, before all that is kept of it goes', async () => {
    const owner = await server.owner();
    const { accountId } = owner.browser;
    const { stores } = server;
    const closing = { kind: 'closing-asked', by: 'owner' } as const;
    await stores.closings.ask({ accountId, epoch: 1 }, 0, closing);
    const egress = new Egress({ allow: ['127.0.0.0/8'], httpsOnly: false });
    const queueing = new WebhookQueueing({
      ...{ events: stores.noticedEvents, queue: stores.webhookQueues },
      receivers: parseWebhooks(JSON.stringify(receivers), egress),
      ...{ onQueued: () => undefined, onDropped: () => undefined },
    });
    const hearers = [new WebhookHearer(queueing)];
    const sweep = new EventSweep({ events: stores.noticedEvents, hearers, onLost: () => undefined });
    const notices = new NoticeSweep(stores.appEnds, [sweep]);
    await new ClosingSweep(stores.closings, { add: async () => undefined }, notices).sweep();
    expect(await stores.accounts.find(accountId)).toBeUndefined();
    const told = await toldOf(owner, 'maker', 2);
    expect(told.map(({ type }) => type).sort()).toEqual(['account.closed', 'account.closing']);
  });
});
