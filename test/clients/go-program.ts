/** Clients in Go, built where Go is: it takes half a minute where nothing of it was built before. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROGRAMS } from './client-program.ts';

/** Whether Go is here, as new as the program's `go.mod` asks; another one is not fetched. */
export function hasGoFor(name: string): boolean {
  const [, wanted = ''] = /^go (\S+)$/m.exec(readFileSync(join(PROGRAMS, name, 'go.mod'), 'utf8')) ?? [];
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10));
  const [major = 0, minor = 0] = numbers(stdout?.trim().replace('go', '') ?? '');
  const [wantedMajor = 0, wantedMinor = 0] = numbers(wanted);
  return status === 0 && (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor));
}

/** Resolves with the program, made in this folder. Without C and the names of its parts it is built in less time. */
export async function buildGo(name: string, folder: string): Promise<string> {
  const program = join(folder, name);
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local' };
  const build = ['build', '-ldflags=-s -w', '-o', program, '.'];
  await promisify(execFile)('go', build, { cwd: join(PROGRAMS, name), env });
  return program;
}
