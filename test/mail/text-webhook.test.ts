import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { TextWebhook } from '../../src/mail/text-webhook.ts';
import { Egress } from '../../src/net/egress.ts';

const MESSAGE = { to: '+15555550100', text: '123456 is your Latchkey code.' };

/** As in production, where no exception names the gateway. */
const GUARD = new Egress({ allow: [], httpsOnly: true });

let gateway: Server | undefined;
afterEach(() => {
  gateway?.closeAllConnections();
  gateway?.close();
});

/** A gateway that answers with these statuses, one after the other, and the last from then on. */
async function gatewayWith(...statuses: number[]) {
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(JSON.parse(body));
      response.writeHead(statuses[bodies.length - 1] ?? statuses.at(-1) ?? 200).end('taken');
    });
  });
  gateway = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const failures: string[] = [];
  const url = new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/send?key=hidden`);
  const webhook = new TextWebhook(url, GUARD, ({ reason }) => failures.push(reason), [10, 20]);
  return { bodies, failures, webhook };
}

describe('text messages by a gateway', () => {
  it('are a POST of number and text as JSON, and no request waits for it', async () => {
    const { bodies, failures, webhook } = await gatewayWith(202);
    webhook.post(MESSAGE);
    expect(bodies).toEqual([]);
    await webhook.settled();
    expect([bodies, failures]).toEqual([[MESSAGE], []]);
  });

  it('are tried three times where the gateway fails, and told once when it goes on failing', async () => {
    const recovers = await gatewayWith(500, 503, 200);
    recovers.webhook.post(MESSAGE);
    await recovers.webhook.settled();
    expect([recovers.bodies.length, recovers.failures]).toEqual([3, []]);
    gateway?.close();
    const fails = await gatewayWith(500);
    fails.webhook.post(MESSAGE);
    await fails.webhook.settled();
    expect([fails.bodies.length, fails.failures]).toEqual([3, ['500']]);
  });

  it('are not tried again where the gateway refuses them, nor sent on by a redirect', async () => {
    for (const [status, tries] of [
      [400, 1],
      [302, 3],
    ] as const) {
      const { bodies, failures, webhook } = await gatewayWith(status);
      webhook.post(MESSAGE);
      await webhook.settled();
      expect(bodies).toHaveLength(tries);
      expect(failures).toHaveLength(1);
      expect(failures.join()).not.toMatch(/555|hidden/);
      gateway?.close();
    }
  });
});

describe('the address of a gateway', () => {
  it.each(['https://user:password@sms.example.com/send', 'http://token@sms.example.com'])(
    'with a user in front of the host is refused at start, since no message could be sent there: %s',
    (SMS_WEBHOOK_URL) => {
      expect(() => readConfig({ SMS_WEBHOOK_URL })).toThrow('SMS_WEBHOOK_URL: holds no user and password');
    },
  );

  it.each(['https://sms.example.com/send?token=a@b', 'http://127.0.0.1:8080', 'https://sms.example.com?k=v'])(
    'may have a token in its path or query: %s',
    (SMS_WEBHOOK_URL) => {
      expect(readConfig({ SMS_WEBHOOK_URL }).config.smsWebhookUrl?.reveal()).toBe(SMS_WEBHOOK_URL);
    },
  );
});
