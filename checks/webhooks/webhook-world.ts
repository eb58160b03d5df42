import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation } from '../../test/support/installation.ts';
import { startStandaloneRedis } from '../../test/support/redis-standalone.ts';
import { SERVER_SECRET } from '../../test/support/test-server.ts';
import { type TestStores, testStores } from '../../test/support/test-stores.ts';
import { WebhookListener, webhookKey } from '../../test/support/webhook-listener.ts';
import { type KillingProxy, startKillingProxy } from './killing-proxy.ts';

/** A whole server with receivers of webhooks, on a Redis of its own behind a proxy. */
export interface WebhookWorld {
  readonly installation: Installation;
  readonly listener: WebhookListener;
  readonly proxy: KillingProxy;
  /** As a server writes them: what happens in these is told. */
  readonly stores: TestStores;
  /** With which each webhook is signed. */
  readonly key: string;
}

/** Runs with one, which ends with it. */
export async function withWebhookWorld<T>(
  receivers: readonly string[],
  run: (world: WebhookWorld) => Promise<T>,
): Promise<T> {
  const endings: (() => unknown)[] = [];
  try {
    const listener = await WebhookListener.start();
    endings.push(() => listener.close());
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-webhooks-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    const key = webhookKey();
    const file = join(folder, 'webhooks.json');
    writeFileSync(file, JSON.stringify(receivers.map((id) => listener.receiver(id, { secrets: [key] }))));
    const redis = await startStandaloneRedis();
    endings.push(() => redis.stop());
    const proxy = await startKillingProxy(
      redis,
      new URL(redis.applicationUrl).href.split('//')[1]?.split('@')[0] ?? '',
    );
    endings.push(() => proxy.close());
    const installation = await Installation.start({
      redis,
      serverRedisUrl: proxy.url,
      environment: { WEBHOOKS_FILE: file, LOG_LEVEL: 'fatal' },
    });
    endings.push(() => installation.stop());
    const { prefix } = installation.stores;
    const stores = await testStores({ url: redis.url, prefix, secrets: [SERVER_SECRET], isHeard: true });
    endings.push(() => stores.connection.redis.disconnect());
    return await run({ installation, listener, proxy, stores, key });
  } finally {
    for (const end of endings.reverse()) await end();
  }
}
