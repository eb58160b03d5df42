import { ConfigError, readConfig } from '../../config/config.ts';
import { joinPrivateRedis } from '../../dev/private-server.ts';
import { examine, type Finding } from '../../server/doctor.ts';

/** 1: something is to be looked at; 2: something does not work. */
const EXIT_CODES = { ok: 0, warning: 1, fault: 2 } as const;

interface Diagnosis {
  readonly code: number;
  readonly text: string;
}

/** `doctor`: what is wrong with this installation, as the settings of its server describe it. */
export async function doctor(
  environment: Readonly<Record<string, string | undefined>>,
  json: boolean,
): Promise<Diagnosis> {
  const findings = await findingsOf(environment);
  const worst = (['fault', 'warning', 'ok'] as const).find((state) =>
    findings.some((finding) => finding.state === state),
  );
  const outcome = worst ?? 'ok';
  const lines = findings.map(
    ({ check, state, message }) => `${state.padEnd(8)} ${check.padEnd(13)} ${message}`,
  );
  return { code: EXIT_CODES[outcome], text: json ? JSON.stringify({ outcome, findings }) : lines.join('\n') };
}

async function findingsOf(environment: Readonly<Record<string, string | undefined>>): Promise<Finding[]> {
  try {
    const { config } = readConfig(environment);
    const privateRedis = config.redisUrl === undefined ? await joinPrivateRedis(config.dataDir) : undefined;
    const redisUrl = config.redisUrl ?? privateRedis?.url;
    if (redisUrl === undefined) return [{ check: 'redis', state: 'fault', message: noRedis(config.dataDir) }];
    try {
      return await examine({ ...config, redisUrl });
    } finally {
      await privateRedis?.stop();
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.errors.map((message) => ({ check: 'settings', state: 'fault', message }));
  }
}

const noRedis = (dataDir: string) =>
  `no Latchkey runs with DATA_DIR=${dataDir}: start it, or set REDIS_URL to the Redis of one that runs elsewhere`;
