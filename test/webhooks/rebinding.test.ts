/** A receiver whose name leads inside: what is posted goes nowhere but where the name was looked up and found good. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/config/secret.ts';
import { Egress } from '../../src/net/egress.ts';
import { WebhookDelivery } from '../../src/webhooks/webhook-delivery.ts';
import { webhookKey } from '../support/webhook-listener.ts';

const [GOOD, INSIDE] = ['127.0.0.1', '127.0.0.2'];
/** To whom something was posted, by the address that was called. */
const called: string[] = [];
let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((request, response) => {
    called.push(`${request.socket.localAddress} ${request.headers.host}`);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('an attacker whose name server answers another address each time', () => {
  it('has nothing posted inside, however often it is tried: each try looks the name up once, and calls what it found', async () => {
    const answers = [[GOOD], [INSIDE], [GOOD, INSIDE], [GOOD], [INSIDE]];
    const turns = [...answers];
    let looked = 0;
    const egress = new Egress({ allow: [GOOD], httpsOnly: false }, async () => {
      looked += 1;
      return (turns.shift() ?? [INSIDE]).map((address) => ({ address, family: 4 }));
    });
    const receiver = {
      ...{ id: 'attacker', url: `http://rebinding.example:${port}/`, secrets: [new Secret(webhookKey())] },
      ...{ types: new Set<never>(), clients: undefined },
    };
    const delivery = new WebhookDelivery(egress);
    const body = { type: 'device.linked', at: Date.now(), data: {} } as const;
    const outcomes = [];
    for (const _ of answers) outcomes.push(await delivery.send(receiver, { id: 'a.1', body }));
    const refused = { outcome: 'failed', reason: 'EgressRefused', pause: 0 };
    expect(outcomes).toEqual([{ outcome: 'sent' }, refused, refused, { outcome: 'sent' }, refused]);
    expect(looked).toBe(answers.length);
    const host = `rebinding.example:${port}`;
    expect(called).toEqual([`${GOOD} ${host}`, `${GOOD} ${host}`]);
  });
});
