import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** A mistake of ours must not end the service for everybody (ASVS 16.5.4). */
it('an error that no code has caught is logged, and the process lives on', () => {
  const program = `
    const { surviveErrors } = await import('./src/errors/error-handler.ts');
    const { createLog } = await import('./src/runtime/log.ts');
    surviveErrors(process, createLog('info'));
    setTimeout(() => { throw Object.assign(new Error('thrown'), { command: { args: ['hunter2'] } }); }, 1);
    setTimeout(() => void Promise.reject(new Error('rejected')), 2);
    setTimeout(() => console.log('alive'), 50);`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stdout).toContain('alive');
  expect(status).toBe(0);
  const told = stdout.split('\n').filter((line) => line.startsWith('{'));
  expect(told.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({
      level: 'fatal',
      event: 'uncaughtException',
      error: expect.objectContaining({ message: 'thrown' }),
    }),
    expect.objectContaining({
      level: 'fatal',
      event: 'unhandledRejection',
      error: expect.objectContaining({ message: 'rejected' }),
    }),
  ]);
  expect(stdout).not.toContain('hunter2');
});
