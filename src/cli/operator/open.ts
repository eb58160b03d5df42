import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Config, readConfig, type SecretSource } from '../../config/config.ts';
import { readMasterSecret } from '../../config/master-secret.ts';
import { NO_ACCESS } from '../../config/store-access.ts';
import { startOnCopy } from '../../dev/copied-server.ts';
import { joinPrivateRedis } from '../../dev/private-server.ts';
import { type AdminService, NoInstallation, openAdminService } from '../../server/operator.ts';

/**
 * The admin service of the server whose environment this is; nothing is started, and no secret made, for it.
 * @throws ConfigError, NoInstallation, SealedWithAnotherSecret, StoreUnavailable
 */
export async function openOwnAdminService(
  environment: Readonly<Record<string, string | undefined>>,
  log: Logger,
): Promise<AdminService> {
  const { config, secretSource } = readConfig(environment);
  const privateRedis = config.redisUrl === undefined ? await runningRedis(config) : undefined;
  try {
    const master = await readMasterSecret(await existing(secretSource, config), config.dataDir);
    const admin = await openAdminService(
      { ...config, redisUrl: config.redisUrl ?? privateRedis?.url ?? '' },
      master,
      log,
    );
    const close = async () => {
      await admin.close();
      await privateRedis?.stop();
    };
    return { ...admin, close };
  } catch (error) {
    await privateRedis?.stop();
    throw error;
  }
}

async function runningRedis({ dataDir }: Config) {
  const found = await joinPrivateRedis(dataDir);
  if (found) return found;
  throw new NoInstallation(
    `No Latchkey runs with DATA_DIR=${dataDir}: start it (npm start), or set REDIS_URL to the Redis of one that runs elsewhere.`,
  );
}

/** The same of a copy of what a Redis has written, with the secret and the prefix of the server whose environment this is. */
export async function openCopiedAdminService(
  environment: Readonly<Record<string, string | undefined>>,
  log: Logger,
  [folder = '']: readonly string[],
): Promise<AdminService> {
  const { config, secretSource } = readConfig(environment);
  const master = await readMasterSecret(await existing(secretSource, config), config.dataDir);
  const copy = await startOnCopy(folder);
  try {
    if (copy.isCut) log.warn('what was written last is cut off: Redis has left that out');
    const alone = { redisUrl: copy.url, redisReplicas: 0, redisAccess: NO_ACCESS };
    const admin = await openAdminService({ ...config, ...alone }, master, log);
    const close = async () => {
      await admin.close();
      await copy.stop();
    };
    return { ...admin, close };
  } catch (error) {
    await copy.stop();
    throw error;
  }
}

/** What a server would make, this tool only finds. */
async function existing(source: SecretSource, { dataDir }: Config): Promise<SecretSource> {
  if (!('make' in source)) return source;
  const file = join(dataDir, 'secret');
  const found = await access(file).then(
    () => true,
    () => false,
  );
  if (found) return { file };
  throw new NoInstallation(
    `There is no secret in DATA_DIR=${dataDir}: give the LATCHKEY_SECRET or the DATA_DIR of the server.`,
  );
}
