/** A developer who runs the tests finds nothing of them on the machine afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { beginningOf } from '../src/dev/process-lock.ts';
import { endsWithUs } from './support/started-processes.ts';

const ROOT = join(import.meta.dirname, '..');

/** Whatever becomes of it, the machine gets rid of it in its own time. */
async function untilGone(pid: number): Promise<void> {
  while ((await beginningOf(pid)) !== null) await sleep(10);
}

describe('a process that a test has started', () => {
  it('ends when the process that started it is killed', async () => {
    const program = `
      import { spawn } from 'node:child_process';
      import { endsWithUs } from '${ROOT}/test/support/started-processes.ts';
      console.log(endsWithUs(spawn('sleep', ['3600'], { stdio: 'ignore' }), 'sleeper').pid);
      console.log(endsWithUs(spawn('sh', ['-c', 'sleep 3600 & echo $! >&2; wait'],
        { stdio: ['ignore', 'ignore', 'inherit'], detached: true }), 'shell', true).pid);
      setInterval(() => {}, 1000);`;
    const child = endsWithUs(
      spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] }),
      'starter',
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => {
        output += bytes.toString();
      });
    }
    const pids = () => (output.match(/^\d+$/gm) ?? []).map(Number);
    while (pids().length < 3) await sleep(10);
    child.kill('SIGKILL');
    await Promise.all(pids().map(untilGone));
  });

  it('ends with its test file, which fails and names it', async () => {
    const { output, code } = await jestOf('leaves-a-process.ts');
    expect(output).toContain('has left running: forgotten sleeper');
    expect(code).toBe(1);
    await untilGone(Number(/sleeper (\d+)/.exec(output)?.[1]));
  });

  it('and so does Jest itself, where a test has had its time and goes on', async () => {
    const { output, code } = await jestOf('waits-in-vain.ts');
    expect(output).toContain('has left running: sleeper in vain');
    expect(code).toBe(1);
  });
});

/** What Jest says of one file, and how it ends. */
async function jestOf(file: string): Promise<{ output: string; code: number | null }> {
  const config = {
    rootDir: ROOT,
    testMatch: [`<rootDir>/test/fixtures/${file}`],
    testEnvironment: '<rootDir>/test/support/jest-environment.ts',
    runtime: '<rootDir>/test/support/jest-runtime.cjs',
    reporters: ['default', ['<rootDir>/test/support/ends-after-failures.ts', { pause: 100 }]],
    transform: {},
  };
  const jest = [join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', JSON.stringify(config), '-i'];
  const child = endsWithUs(
    spawn(process.execPath, jest, { stdio: ['ignore', 'pipe', 'pipe'] }),
    'jest of a file',
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { output, code };
}
