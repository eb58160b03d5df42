/** A version of this server from its own history, to be run beside the one of the day. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** What a server needs beside its packages: those of today, which have what the former version asks for. */
const PARTS = ['package.json', 'redis.conf', 'src', 'views', 'locales'];

/** Whether the history is at hand: it is not where only the files of one version are. */
export function isInHistory(commit: string): boolean {
  return spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT }).status === 0;
}

export interface FormerVersion {
  /** What starts its server. */
  readonly command: readonly string[];
  remove(): void;
}

export function formerVersion(commit: string): FormerVersion {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-former-'));
  const archive = execFileSync('git', ['archive', commit, ...PARTS], { cwd: ROOT, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    command: [process.execPath, join(folder, 'src/main.ts')],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
