import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureSystemPackage, type Machine, REDIS_SERVER } from '../../src/dev/system-packages.ts';
import { CHROMIUM } from '../support/test-programs.ts';

interface Call {
  line: string;
  env: Record<string, string>;
  policy: string | null;
}

let folder: string;
let calls: Call[];
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  calls = [];
  said = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const say = (line: string) => void said.push(line);

interface Setting {
  isRoot?: boolean;
  present?: string[];
  /** What an install adds. */
  brings?: string[];
  failing?: string;
}

/** A machine on which the programs of the system are only written down. */
function machine({ isRoot = true, present = ['apt-get'], brings = [], failing }: Setting): Machine {
  const policyFile = join(folder, 'policy-rc.d');
  const commands = new Set(present);
  return {
    isRoot,
    policyFile,
    find: (command) => (commands.has(command) ? `/usr/bin/${command}` : null),
    run: (command, args, env = {}) => {
      const line = [command, ...args].join(' ');
      calls.push({ line, env, policy: existsSync(policyFile) ? readFileSync(policyFile, 'utf8') : null });
      if (failing !== undefined && line.includes(failing))
        return { ok: false, output: 'E: Unable to locate' };
      if (line.includes(' install ')) for (const brought of brings) commands.add(brought);
      const listing = '/lib/systemd/system/redis-server.service\n/lib/systemd/system/redis-server@.service\n';
      return { ok: true, output: command === 'dpkg' ? listing : '' };
    },
  };
}

describe('a program that is there', () => {
  it('is found, and nothing is run or said', () => {
    const path = ensureSystemPackage({ ...REDIS_SERVER, say }, machine({ present: ['valkey-server'] }));
    expect(path).toBe('/usr/bin/valkey-server');
    expect(calls).toEqual([]);
    expect(said).toEqual([]);
  });

  it('is preferred in the order given', () => {
    const present = ['valkey-server', 'redis-server'];
    expect(ensureSystemPackage({ ...REDIS_SERVER, say }, machine({ present }))).toBe('/usr/bin/redis-server');
  });

  it('is found on this machine by its path', () => {
    const wanted = { commands: ['no-such-command', 'sh'], debianPackage: 'dash', say };
    expect(statSync(ensureSystemPackage(wanted)).isFile()).toBe(true);
  });
});

describe('as root on Debian', () => {
  it('updates, installs without questions, and says so', () => {
    const path = ensureSystemPackage({ ...REDIS_SERVER, say }, machine({ brings: ['redis-server'] }));
    expect(path).toBe('/usr/bin/redis-server');
    const [update, install] = calls;
    expect(update?.line).toMatch(/^apt-get .*-y update$/);
    expect(install?.line).toMatch(/^apt-get .*-y install --no-install-recommends redis-server$/);
    expect(install?.env).toEqual({ DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' });
    expect(said).toEqual([
      'redis-server is not installed: installing it with apt-get',
      'Installed /usr/bin/redis-server',
    ]);
  });

  it('keeps services from being started while it installs, and only then', () => {
    const own = machine({ brings: ['redis-server'] });
    ensureSystemPackage({ ...REDIS_SERVER, say }, own);
    expect(calls.find(({ line }) => line.includes(' install '))?.policy).toBe('#!/bin/sh\nexit 101\n');
    expect(existsSync(own.policyFile)).toBe(false);
  });

  it('leaves a policy alone that is there already', () => {
    const own = machine({ brings: ['redis-server'] });
    writeFileSync(own.policyFile, '#!/bin/sh\nexit 0\n');
    ensureSystemPackage({ ...REDIS_SERVER, say }, own);
    expect(readFileSync(own.policyFile, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  it('leaves no service that begins at the next boot', () => {
    ensureSystemPackage({ ...REDIS_SERVER, say }, machine({ brings: ['redis-server'] }));
    expect(calls.slice(2).map(({ line }) => line)).toEqual([
      'dpkg -L redis-server',
      'deb-systemd-helper disable redis-server.service',
      'update-rc.d redis-server disable',
    ]);
  });

  it('brings fonts with the browser', () => {
    ensureSystemPackage({ ...CHROMIUM, say }, machine({ brings: ['chromium-headless-shell'] }));
    expect(calls[1]?.line).toMatch(/chromium-headless-shell fonts-liberation$/);
  });

  it('says what apt-get said when it fails, and takes the policy away', () => {
    const own = machine({ failing: ' install ' });
    expect(() => ensureSystemPackage({ ...REDIS_SERVER, say }, own)).toThrow(/failed:\nE: Unable to locate/);
    expect(existsSync(own.policyFile)).toBe(false);
  });
});

describe('elsewhere', () => {
  it.each([
    ['apt-get', 'sudo apt-get install redis-server'],
    ['dnf', 'sudo dnf install redis'],
    ['apk', 'sudo apk add redis'],
    ['brew', 'brew install redis'],
  ])('with %s, it is one line with the command to type', (manager, command) => {
    const own = machine({ isRoot: manager !== 'apt-get' && manager !== 'brew', present: [manager] });
    const line = `redis-server or valkey-server is needed and not installed. Install it with: ${command}`;
    expect(() => ensureSystemPackage({ ...REDIS_SERVER, say }, own)).toThrow(new Error(line));
    expect(calls).toEqual([]);
  });

  it('with none of these, it names the package', () => {
    const own = machine({ present: [] });
    expect(() => ensureSystemPackage({ ...REDIS_SERVER, say }, own)).toThrow(
      /Install the package redis-server\.$/,
    );
  });
});
