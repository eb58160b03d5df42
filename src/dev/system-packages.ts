/**
 * Programs that come from the system, not from npm: installed where that is possible without asking (root on Debian
 * or a relative of it), otherwise named together with the command that installs them.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { OperatorError } from '../errors/operator-error.ts';

export interface SystemPackage {
  /** Commands of which one is enough, the preferred one first. */
  commands: readonly string[];
  debianPackage: string;
  /** Debian packages to install with it: what it needs here and does not depend on. */
  alongside?: readonly string[];
  /** Its name elsewhere, where that is another one. */
  elsewhere?: { dnf?: string; apk?: string; brew?: string };
}

export const REDIS_SERVER: SystemPackage = {
  commands: ['redis-server', 'valkey-server'],
  debianPackage: 'redis-server',
  elsewhere: { dnf: 'redis', apk: 'redis', brew: 'redis' },
};

/** What this module does to the machine; tests put their own in its place. */
export interface Machine {
  /** The path of the command, or null. */
  find(command: string): string | null;
  isRoot: boolean;
  /** Runs a program to its end; `env` comes on top of the environment. */
  run(
    command: string,
    args: readonly string[],
    env?: Record<string, string>,
  ): { ok: boolean; output: string };
  /** Where a script would keep packages from starting services. */
  policyFile: string;
}

type Say = (line: string) => void;

/**
 * Makes sure of a program.
 *
 * @returns the path of the command
 * @throws OperatorError of one line that names the command to type, when it is missing and cannot be installed unasked
 */
export function ensureSystemPackage(
  wanted: SystemPackage & { say: Say },
  machine: Machine = thisMachine(),
): string {
  const present = findAny(wanted, machine);
  if (present !== null) return present;
  if (!machine.isRoot || machine.find('apt-get') === null) throw missing(wanted, machine);
  wanted.say(`${wanted.debianPackage} is not installed: installing it with apt-get`);
  install(wanted, machine);
  const installed = findAny(wanted, machine);
  if (installed === null) throw missing(wanted, machine);
  wanted.say(`Installed ${installed}`);
  return installed;
}

function findAny({ commands }: SystemPackage, machine: Machine): string | null {
  return commands.map((command) => machine.find(command)).find((path) => path !== null) ?? null;
}

function missing(
  { commands, debianPackage, elsewhere = {} }: SystemPackage,
  machine: Machine,
): OperatorError {
  const managers = [
    ['apt-get', `sudo apt-get install ${debianPackage}`],
    ['dnf', `sudo dnf install ${elsewhere.dnf ?? debianPackage}`],
    ['apk', `sudo apk add ${elsewhere.apk ?? debianPackage}`],
    ['brew', `brew install ${elsewhere.brew ?? debianPackage}`],
  ] as const;
  const remedy = managers.find(([manager]) => machine.find(manager) !== null)?.[1];
  const what = `${commands.join(' or ')} is needed and not installed`;
  return new OperatorError(
    `${what}. ${remedy ? `Install it with: ${remedy}` : `Install the package ${debianPackage}.`}`,
  );
}

/** Non-interactive, waiting for another apt that is at work, and without leaving a service behind. */
function install({ debianPackage, alongside = [] }: SystemPackage, machine: Machine): void {
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args: string[]) => {
    const { ok, output } = machine.run(
      'apt-get',
      ['-o', 'DPkg::Lock::Timeout=300', '-q', '-y', ...args],
      env,
    );
    const tail = output.trim().split('\n').slice(-5).join('\n');
    if (!ok) throw new OperatorError(`apt-get ${args.join(' ')} failed:\n${tail}`);
  };
  withoutStartingServices(machine, () => {
    apt('update');
    apt('install', '--no-install-recommends', debianPackage, ...alongside);
  });
  disableServices(debianPackage, machine);
}

/** invoke-rc.d(8): exit code 101 of this script means that a package may not start its service. */
function withoutStartingServices({ policyFile }: Machine, work: () => void): void {
  if (existsSync(policyFile)) {
    work();
    return;
  }
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
  try {
    work();
  } finally {
    rmSync(policyFile, { force: true });
  }
}

/** Not started now, and not at the next boot either: the operator did not ask for a second Redis on port 6379. */
function disableServices(debianPackage: string, machine: Machine): void {
  const files = machine.run('dpkg', ['-L', debianPackage]).output.split('\n');
  for (const file of files) {
    const service = /\/systemd\/system\/([^/@]+)\.service$/.exec(file)?.[1];
    if (service === undefined) continue;
    machine.run('deb-systemd-helper', ['disable', `${service}.service`]);
    machine.run('update-rc.d', [service, 'disable']);
  }
}

function thisMachine(): Machine {
  return {
    find: findCommand,
    isRoot: process.getuid?.() === 0,
    policyFile: '/usr/sbin/policy-rc.d',
    run: (command, args, env = {}) => {
      const { status, stdout, stderr } = spawnSync(command, args, {
        env: { ...process.env, ...env },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        maxBuffer: 64 * 1024 * 1024,
      });
      return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` };
    },
  };
}

function findCommand(command: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, command)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
