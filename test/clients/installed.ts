/** The client libraries of this folder's own package: the product does not grow by what only tests need. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSystemPackage, type SystemPackage } from '../../src/dev/system-packages.ts';

const FOLDER = import.meta.dirname;
const ARGS = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Clients that Debian has: a web server's module, and two libraries for Python. */
const OF_DEBIAN: SystemPackage = {
  commands: ['apache2'],
  debianPackage: 'apache2-bin',
  alongside: ['libapache2-mod-auth-openidc', 'python3-authlib', 'python3-requests-oauthlib'],
};

/** Installs them, where they are not as the lockfile says. */
export function installClients(): void {
  ensureSystemPackage({ ...OF_DEBIAN, say: () => undefined });
  const installed = join(FOLDER, 'node_modules/.package-lock.json');
  const locked = statSync(join(FOLDER, 'package-lock.json')).mtimeMs;
  if (existsSync(installed) && statSync(installed).mtimeMs >= locked) return;
  const { status, stderr } = spawnSync('npm', ARGS, { cwd: FOLDER, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the clients could not be installed: npm ${ARGS.join(' ')}\n${stderr}`);
}
