/** The part of the composition root that waits for the store, and reads what everything else is made from. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { describeAddress } from '../config/store-address.ts';
import type { KeyRotation, KeysNow } from '../oidc/key-rotation.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { checkDurability, UnsafeStoreError } from '../redis/durability.ts';
import { SealedWithAnotherSecret } from '../redis/installation-secrets.ts';
import { replicasInSync, tooFew, withoutMinimum } from '../redis/replicas-in-sync.ts';
import { untilStoreServes } from '../redis/store-wait.ts';
import type { Stores } from '../redis/stores.ts';
import { keyRotationOf } from './signing-keys.ts';

/** What an installation has made once, for all its processes. */
export interface InstallationKeys {
  readonly signingKeys: KeysNow;
  /** How they change. */
  readonly rotation: KeyRotation;
  /** In base64url. */
  readonly pepper: string;
}

/**
 * Waits until the store serves, and refuses one that is unsafe.
 * @param stopping ends the waiting
 * @throws StoreAbsent, UnsafeStoreError, UnknownStoreFormat, SealedWithAnotherSecret, or the reason of the signal
 */
export function openStore(
  { connection, stores }: { connection: RedisConnection; stores: Stores },
  config: Config & { readonly redisUrl: string },
  log: Logger,
  stopping?: AbortSignal,
): Promise<InstallationKeys> {
  const [store, seconds] = [describeAddress(config.redisUrl), config.redisWait / 1000];
  const onWaiting = (reason: string) => log.warn({ store, reason, seconds }, 'waiting for Redis');
  return untilStoreServes(
    connection,
    { longest: config.redisWait, signal: stopping, onWaiting },
    async () => {
      await refuseUnsafeStore(connection.redis, config, log);
      await stores.format.begin();
      const keys = await readKeys(stores, config);
      await requireSecrets(stores);
      return keys;
    },
  );
}

/** Side by side, since the way to a store may be long. */
async function readKeys(stores: Stores, config: Config): Promise<InstallationKeys> {
  const rotation = keyRotationOf(stores, config);
  const [signingKeys, pepper] = await Promise.all([
    rotation.open(),
    stores.installationSecrets.readOrMake('pepper', async () => randomBytes(32).toString('base64url')),
  ]);
  return { signingKeys, rotation, pepper };
}

/** @throws SealedWithAnotherSecret where accounts may need a secret that has left the list */
async function requireSecrets({ secretRecords }: Stores): Promise<void> {
  const lacking = await secretRecords.begin();
  if (lacking.length === 0) return;
  throw new SealedWithAnotherSecret(
    `Servers have written under a secret that is not in LATCHKEY_SECRET any more (${lacking.join(', ')}): add it to the end of the list, run secrets rewrite, and take it away when secrets status says so. If it is lost: secrets forget.`,
  );
}

async function refuseUnsafeStore(
  redis: Parameters<typeof checkDurability>[0],
  config: Config,
  log: Logger,
): Promise<void> {
  const { refused, allowed } = await checkDurability(redis, { allow: config.allowUnsafeRedis });
  for (const error of allowed)
    log.warn({ setting: error.setting, found: error.found }, 'unsafe store, allowed by name');
  if (config.redisReplicas > 0) await warnOfReplicas(redis, config.redisReplicas, log);
  if (refused.length === 0) return;
  const lines = refused.map(
    ({ name, node, remedy }) => `  - ${node}: ${remedy} (or allow it: ALLOW_UNSAFE_REDIS=${name})`,
  );
  throw new UnsafeStoreError(`Redis would lose what it has confirmed:\n${lines.join('\n')}`);
}

/** No reason not to start: what only reads is served. */
async function warnOfReplicas(
  redis: Parameters<typeof checkDurability>[0],
  needed: number,
  log: Logger,
): Promise<void> {
  const masters = await replicasInSync(redis);
  const [few, lax] = [tooFew(masters, needed), withoutMinimum(masters, needed)];
  if (few.length > 0) log.warn({ masters: few }, 'too few replicas');
  if (lax.length > 0) log.warn({ masters: lax }, 'changes without replicas');
}
