/** What an operator would have to look at one by one: Redis, its clock, the mail server. Nothing is changed. */
import type { Config } from '../config/config.ts';
import { describeAddress } from '../config/store-address.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { type MailFailure, mailFailureOf } from '../mail/mail-failure.ts';
import { SmtpMailer } from '../mail/smtp-mailer.ts';
import { Egress } from '../net/egress.ts';
import { clockDifference } from '../redis/clock.ts';
import { connectRedis, type RedisConnection } from '../redis/connection.ts';
import { checkDurability, storeVersions } from '../redis/durability.ts';
import { replicasInSync, tooFew, withoutMinimum } from '../redis/replicas-in-sync.ts';
import { addressesInSettings } from './called-addresses.ts';
import { examineEgress } from './doctor-egress.ts';
import { examineUpstreams } from './doctor-upstreams.ts';
import { faultsOfFiles } from './start-files.ts';

export interface Finding {
  readonly check:
    | 'settings'
    | 'files'
    | 'redis'
    | 'redis-safety'
    | 'redis-replicas'
    | 'clock'
    | 'mail'
    | 'upstream'
    | 'egress'
    | 'servers'
    | 'indexes'
    | 'issuer'
    | 'clients'
    | 'secrets';
  readonly state: 'ok' | 'warning' | 'fault';
  /** One sentence, with the remedy where there is one. */
  readonly message: string;
}

/** Milliseconds: beyond them codes and tokens end visibly early or late; far beyond, sign-ins and devices fail. */
const CLOCK = { warning: 2000, fault: 30_000 } as const;
/** Milliseconds to wait for a connection: the operator sits and waits. */
const TIMEOUT = 5000;

/**
 * @param now milliseconds since 1970
 * @param mailTo who is sent a mail, where the operator says so
 */
export async function examine(
  config: Config & { readonly redisUrl: string },
  now: () => number = Date.now,
  mailTo?: string,
): Promise<Finding[]> {
  const settings = config.warnings.map(({ text }) => finding('settings', 'warning', text));
  const [files, store, mail, upstreams, egress] = await Promise.all([
    examineFiles(config),
    examineStore(config, now),
    examineMail(config, mailTo),
    examineUpstreams(config),
    examineCalls(config),
  ]);
  return [
    ...(settings.length > 0 ? settings : [finding('settings', 'ok', 'nothing is wrong with the settings')]),
    ...files,
    ...store,
    mail,
    ...upstreams,
    ...egress,
  ];
}

/** Of several faults of one file each has a line: here they are one. */
async function examineFiles(config: Config): Promise<Finding[]> {
  const faults = (await faultsOfFiles(config)).map((text) =>
    finding('files', 'fault', text.replaceAll(/\n\s*/g, ' ')),
  );
  return faults.length > 0
    ? faults
    : [finding('files', 'ok', 'what settings name is there, and can be used')];
}

/** What is wrong with the files is told by `examineFiles`. */
async function examineCalls(config: Config): Promise<Finding[]> {
  const addresses = await addressesInSettings(config).catch((error: unknown) => {
    if (error instanceof OperatorError) return [];
    throw error;
  });
  return examineEgress(addresses, new Egress(config.egress));
}

async function examineStore(
  config: Config & { readonly redisUrl: string },
  now: () => number,
): Promise<Finding[]> {
  const connection = connectRedis({
    url: config.redisUrl,
    access: config.redisAccess,
    commandTimeout: config.redisTimeout,
    timeout: TIMEOUT,
  });
  const where = describeAddress(config.redisUrl);
  try {
    await connection.whenReady();
    const versions = [...new Set(await storeVersions(connection.redis))].join(', ');
    return [
      finding('redis', 'ok', `${where} answers: ${versions}`),
      ...(await examineSafety(connection, config.allowUnsafeRedis)),
      ...(await examineReplicas(connection, config.redisReplicas)),
      clockFinding(await clockDifference(connection, now)),
    ];
  } catch (error) {
    const reason = connection.lastError() ?? (error instanceof Error ? error.message : String(error));
    return [finding('redis', 'fault', `${where} cannot be used: ${reason}`)];
  } finally {
    await connection.close();
  }
}

async function examineSafety({ redis }: RedisConnection, allow: readonly string[]): Promise<Finding[]> {
  const { refused, allowed } = await checkDurability(redis, { allow });
  const findings = [
    ...refused.map(({ node, remedy }) => finding('redis-safety', 'fault', `${node}: ${remedy}`)),
    ...allowed.map(({ node, name, found }) =>
      finding('redis-safety', 'warning', `${node}: ${found}, allowed by ALLOW_UNSAFE_REDIS=${name}`),
    ),
  ];
  return findings.length > 0
    ? findings
    : [finding('redis-safety', 'ok', 'every master keeps what it confirms')];
}

async function examineReplicas({ redis }: RedisConnection, needed: number): Promise<Finding[]> {
  if (needed === 0) return [];
  const masters = await replicasInSync(redis);
  const findings = [
    ...tooFew(masters, needed).map((message) => finding('redis-replicas', 'fault', message)),
    ...withoutMinimum(masters, needed).map((message) => finding('redis-replicas', 'warning', message)),
  ];
  const good = 'every master has as many replicas in sync as REDIS_REPLICAS asks for';
  return findings.length > 0 ? findings : [finding('redis-replicas', 'ok', good)];
}

function clockFinding(difference: number): Finding {
  const off = Math.abs(difference);
  const state = off > CLOCK.fault ? 'fault' : off > CLOCK.warning ? 'warning' : 'ok';
  if (state === 'ok') return finding('clock', state, 'the clocks of Redis and of this machine agree');
  const seconds = Math.round(off / 1000);
  const way = difference > 0 ? 'ahead of' : 'behind';
  return finding(
    'clock',
    state,
    `the clock of Redis is ${seconds} s ${way} that of this machine: set both by NTP`,
  );
}

async function examineMail({ mailServer, mailFrom = '', issuer }: Config, to?: string): Promise<Finding> {
  const outbox = 'mails go to the outbox in DATA_DIR';
  if (!mailServer && to)
    return finding('mail', 'warning', `no mail was sent to ${to}: SMTP_URL is not set, and ${outbox}`);
  if (!mailServer) return finding('mail', 'ok', outbox);
  const mailer = new SmtpMailer(mailServer, mailFrom);
  const failure = (await mailer.verify()) ?? (to && (await sendTrial(mailer, issuer, to)));
  await mailer.close();
  const { host, port } = mailServer;
  const done = to ? `took a mail to ${to}: see that it arrives, and not as spam` : 'lets us in';
  if (!failure) return finding('mail', 'ok', `${host}:${port} ${done}`);
  const { reason, cause, remedy } = failure;
  const said = [reason, cause].filter(Boolean).join(', ');
  return finding('mail', 'fault', `${host}:${port} cannot be used: ${said}. ${remedy ?? 'Check SMTP_URL.'}`);
}

/** @returns why it was not taken */
async function sendTrial(mailer: SmtpMailer, issuer: string, to: string): Promise<MailFailure | undefined> {
  const text = `This mail was sent by latchkey doctor for ${issuer}.\nMails to owners come from the same sender, on the same way.\n`;
  const mail = { template: 'doctor', to, subject: 'A mail of latchkey doctor', text };
  return mailer.send(mail).then(() => undefined, mailFailureOf);
}

function finding(check: Finding['check'], state: Finding['state'], message: string): Finding {
  return { check, state, message };
}
