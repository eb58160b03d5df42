import { type Config, ConfigError, readConfig } from '../../config/config.ts';
import { unreadableFiles } from '../../config/unreadable-files.ts';
import { joinPrivateRedis } from '../../dev/private-server.ts';
import { OperatorError } from '../../errors/operator-error.ts';
import { Egress } from '../../net/egress.ts';
import { createLog } from '../../runtime/log.ts';
import { examine, type Finding } from '../../server/doctor.ts';
import { examineEgress } from '../../server/doctor-egress.ts';
import { examineIndexes } from '../../server/doctor-indexes.ts';
import { examineIssuer } from '../../server/doctor-issuer.ts';
import { examineServers } from '../../server/doctor-servers.ts';
import { readProtocolFiles } from '../../server/protocol-files.ts';
import { openOwnAdminService } from './open.ts';

/** 1: something is to be looked at; 2: something does not work. */
const EXIT_CODES = { ok: 0, warning: 1, fault: 2 } as const;

export interface DoctorOptions {
  readonly json: boolean;
  /** Who is sent a mail. */
  readonly mail?: string | undefined;
  /** Looks whether the lists have every account, and not some of them alone. */
  readonly indexes?: boolean;
}

interface Diagnosis {
  readonly code: number;
  readonly text: string;
}

/** `doctor`: what is wrong with this installation, as the settings of its server describe it. */
export async function doctor(
  environment: Readonly<Record<string, string | undefined>>,
  { json, ...options }: DoctorOptions,
): Promise<Diagnosis> {
  const findings = await findingsOf(environment, options);
  const worst = (['fault', 'warning', 'ok'] as const).find((state) =>
    findings.some((finding) => finding.state === state),
  );
  const outcome = worst ?? 'ok';
  const lines = findings.map(
    ({ check, state, message }) => `${state.padEnd(8)} ${check.padEnd(13)} ${message}`,
  );
  return { code: EXIT_CODES[outcome], text: json ? JSON.stringify({ outcome, findings }) : lines.join('\n') };
}

async function findingsOf(
  environment: Readonly<Record<string, string | undefined>>,
  { mail, indexes = false }: Omit<DoctorOptions, 'json'>,
): Promise<Finding[]> {
  try {
    const { config } = readConfig(environment, unreadableFiles);
    const privateRedis = config.redisUrl === undefined ? await joinPrivateRedis(config.dataDir) : undefined;
    const redisUrl = config.redisUrl ?? privateRedis?.url;
    if (redisUrl === undefined) return [{ check: 'redis', state: 'fault', message: noRedis(config.dataDir) }];
    try {
      const findings = await examine({ ...config, redisUrl }, Date.now, mail);
      const serves = findings.every(({ check, state }) => check !== 'redis' || state === 'ok');
      return [...findings, ...(serves ? await recordFindings(environment, config, indexes) : [])];
    } finally {
      await privateRedis?.stop();
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.errors.map((message) => ({ check: 'settings', state: 'fault', message }));
  }
}

/** What is kept, where a server has kept something: without one there is nothing to be seen. */
async function recordFindings(
  environment: Readonly<Record<string, string | undefined>>,
  config: Config,
  all: boolean,
): Promise<Finding[]> {
  const log = createLog('silent', { write: () => undefined });
  const admin = await openOwnAdminService(environment, log).catch((error: unknown) => {
    if (error instanceof OperatorError) return undefined;
    throw error;
  });
  if (!admin) return [];
  try {
    const hidden = (await admin.clients.hidden()).map(
      (id): Finding => ({
        check: 'clients',
        state: 'fault',
        message: `${id} is in the clients file and in the store: the file wins; give one of them another id, or delete it`,
      }),
    );
    const { published, now } = await admin.keys.status();
    const kids = published.keys.flatMap(({ kid }) => kid ?? []);
    const called = await examineEgress(
      await admin.calledAddresses().catch(toldWithFiles),
      new Egress(config.egress),
    );
    const here = await readProtocolFiles(config).then(
      ({ digest }) => digest,
      () => undefined,
    );
    const servers = await examineServers(admin.runningServers, here, Date.now());
    const indexes = await examineIndexes(admin.indexCheck, all);
    const found = [await examineIssuer(config.issuer, kids, now), ...hidden, ...called, ...servers, indexes];
    const isOldNeeded = (await admin.secrets.needed()).length > 1;
    const message = 'an older entry of LATCHKEY_SECRET is needed: run secrets rewrite, then secrets status';
    return [...found, ...(isOldNeeded ? [{ check: 'secrets', state: 'warning', message } as const] : [])];
  } finally {
    await admin.close();
  }
}

/** What is wrong with a file is told where files are looked at. */
function toldWithFiles(error: unknown): [] {
  if (error instanceof OperatorError) return [];
  throw error;
}

const noRedis = (dataDir: string) =>
  `no Latchkey runs with DATA_DIR=${dataDir}: start it, or set REDIS_URL to the Redis of one that runs elsewhere`;
