import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

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
