/** The one line that says what has started: for who compares two processes, or reads the log of one that is gone. */
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { describeAddress, parseStoreAddress } from '../config/store-address.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { storeVersions } from '../redis/durability.ts';
import type { Build } from '../runtime/version.ts';

/** Waited for by nothing: a store that answers late delays the line alone. */
export async function logStart(
  { log, build, clientsSha }: { log: Logger; build: Build; clientsSha: string },
  config: Config & { readonly redisUrl: string },
  { redis }: RedisConnection,
): Promise<void> {
  const address = parseStoreAddress(config.redisUrl);
  const versions = await storeVersions(redis).catch(() => []);
  log.info(
    {
      ...build,
      store: {
        kind: typeof address === 'string' ? 'unknown' : address.kind,
        address: describeAddress(config.redisUrl),
        versions: [...new Set(versions)],
      },
      issuer: config.issuer,
      clients: { sha: clientsSha },
      signUp: config.signUp,
      settings: config.changed,
      warnings: config.warnings.map(({ text }) => text),
    },
    'started',
  );
}
