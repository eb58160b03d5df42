/** An operator who keeps secrets in files, as systemd and Kubernetes give them, has none of them in the environment. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { errorsOf, PRODUCTION } from './config-world.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, `${Math.random()}`);
  writeFileSync(path, text);
  return path;
}
const { REDIS_URL: _, ...WITHOUT_REDIS } = PRODUCTION;

describe('a secret in a file', () => {
  it('is as good as one in the environment, with the line end that editors write', () => {
    const { config } = readConfig({
      ...WITHOUT_REDIS,
      REDIS_URL_FILE: file('rediss+sentinel://u:hunter2@h/m\n'),
      REDIS_SENTINEL_PASSWORD_FILE: file('\uFEFFhunter3\r\n'),
      SMTP_URL_FILE: file('smtps://u:hunter4@mail.example.org'),
      SMS_WEBHOOK_URL_FILE: file('https://sms.example.com/hunter5\n'),
      SMS_COUNTRIES: '+1',
      METRICS_TOKEN_FILE: file('hunter6-hunter6-hunter6\n'),
    });
    expect(config.redisUrl).toBe('rediss+sentinel://u:hunter2@h/m');
    expect(config.redisAccess.sentinel?.password.reveal()).toBe('hunter3');
    expect(config.mailServer?.host).toBe('mail.example.org');
    expect(config.smsWebhookUrl?.reveal()).toBe('https://sms.example.com/hunter5');
    expect(config.metricsToken?.reveal()).toBe('hunter6-hunter6-hunter6');
    expect(JSON.stringify(config.changed)).not.toContain('hunter');
    expect(config.changed).toMatchObject({ REDIS_URL: 'set', REDIS_URL_FILE: expect.stringMatching('^/') });
  });

  it('that cannot be read, is empty, or is given twice is refused, each in one line and without what it holds', () => {
    const missing = join(folder, 'missing');
    const empty = file(' \n');
    expect(
      errorsOf({
        ...WITHOUT_REDIS,
        REDIS_URL_FILE: missing,
        SMTP_URL: 'smtps://u:hunter2@mail.example.org',
        SMTP_URL_FILE: file('smtps://u:hunter2@mail.example.org'),
        METRICS_TOKEN_FILE: empty,
      }),
    ).toEqual([
      `REDIS_URL_FILE: ENOENT: no such file or directory, open '${missing}'`,
      'SMTP_URL and SMTP_URL_FILE: give one of them',
      `METRICS_TOKEN_FILE: ${empty} is empty`,
    ]);
  });

  it('is held to what holds for the setting', () => {
    expect(errorsOf({ ...PRODUCTION, SMTP_URL_FILE: file('mail.example.org:25') })).toEqual([
      'SMTP_URL: begins with smtp:// or smtps://',
    ]);
  });
});
