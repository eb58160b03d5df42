/** `npm test` as a developer runs it while working. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { neededServers } from './support/needed-servers.ts';

const ROOT = join(import.meta.dirname, '..');

function npmTest(...args: string[]): { status: number | null; said: string; last: string | undefined } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/support/run.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    // Without the servers of this run: it starts none for a file that needs none.
    env: { PATH: process.env['PATH'] },
  });
  return { status, said: stdout + stderr, last: stdout.trimEnd().split('\n').at(-1) };
}

describe('npm test with the name of a file', () => {
  it('runs that file by jest, without types and lint before it, and counts its tests', () => {
    const { status, said, last } = npmTest('test/sessions/return-to.test.ts');
    expect(status).toBe(0);
    expect(said).toContain('PASS test/sessions/return-to.test.ts');
    expect(said).not.toMatch(/tsc|biome|Programs/);
    expect(last).toMatch(/^[1-9]\d* passed, 0 failed$/);
  });

  it('starts a store for one that needs it, and finds nothing of it left running', () => {
    const { status, last } = npmTest('test/oidc/clients.test.ts');
    expect([status, last]).toEqual([0, expect.stringMatching(/^[1-9]\d* passed, 0 failed$/)]);
  });

  it('fails where there is no such file', () => {
    const { status, last } = npmTest('test/no-such.test.ts');
    expect(status).toBe(1);
    expect(last).toBe('0 passed, 1 failed');
  });
});

describe('the servers that test files need', () => {
  const need = (...files: string[]) => neededServers(files.map((file) => join(ROOT, file)));

  it('are none for a file without a store', () => {
    expect(need('test/sessions/return-to.test.ts')).toEqual({ standalone: false, cluster: false });
  });

  it('are one Redis for a file that reaches the stores through others', () => {
    expect(need('test/oidc/clients.test.ts')).toEqual({ standalone: true, cluster: false });
  });

  it('are a Cluster as well for a file that speaks of one', () => {
    expect(need('test/redis/contract.test.ts')).toEqual({ standalone: true, cluster: true });
  });

  it('are all that any of the files needs', () => {
    expect(need('test/sessions/return-to.test.ts', 'test/redis/contract.test.ts')).toEqual({
      standalone: true,
      cluster: true,
    });
  });
});
