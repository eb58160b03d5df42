import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { settings } from '../../src/config/settings.ts';

const UNIT = join(import.meta.dirname, '../../deploy/latchkey.service');

const analyze = (...args: readonly string[]) =>
  spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], SYSTEMD_COLORS: '0' },
  });

/** Where there is a systemd new enough to judge a file without running it (250 and later; Debian 12 has 252). */
const judges = Number(/^systemd (\d+)/.exec(analyze('--version').stdout ?? '')?.[1] ?? 0) >= 250;

(judges ? describe : describe.skip)('the service of systemd', () => {
  it('is exposed to little: 2 of 10 at most', () => {
    const { stdout } = analyze('security', '--offline=true', UNIT);
    const level = Number(/Overall exposure level for latchkey\.service: ([\d.]+)/.exec(stdout)?.[1]);
    expect(level).toBeLessThanOrEqual(2);
    expect(level).toBeGreaterThan(0);
  });

  it('has no setting that systemd does not know', () => {
    const { stderr } = analyze('security', '--offline=true', UNIT);
    expect(stderr).toBe('');
  });
});

it('the service is given its secrets as files that nobody else reads, by settings that there are', () => {
  const unit = readFileSync(UNIT, 'utf8');
  const loaded = [...unit.matchAll(/^LoadCredential=([\w-]+):\/etc\/latchkey\/\1$/gm)].map(([, id]) => id);
  const [, named = ''] = /^Environment=(LATCHKEY_SECRET_FILE=.*)$/m.exec(unit) ?? [];
  const pairs = named.split(' ').map((one) => one.split('=%d/'));
  expect(pairs.map(([, id]) => id)).toEqual(loaded);
  expect(pairs.map(([name]) => name)).toEqual(['LATCHKEY_SECRET_FILE', 'REDIS_URL_FILE', 'SMTP_URL_FILE']);
  expect(pairs.filter(([name = '']) => !(name in settings.shape))).toEqual([]);
});
