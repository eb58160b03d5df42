/** Debian's proxies with the files of `deploy/`: only names of files, ports and addresses are put in. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureSystemPackage } from '../../src/dev/system-packages.ts';
import { freePort } from '../support/free-port.ts';
import { endsWithUs } from '../support/started-processes.ts';

const DEPLOY = join(import.meta.dirname, '../../deploy');

export interface RunningProxy {
  readonly name: string;
  readonly http: number;
  readonly https: number;
  stop(): Promise<void>;
}

export interface Kind {
  readonly name: 'nginx' | 'haproxy' | 'caddy';
  readonly file: string;
  /** Pairs of what stands in the file and what this test needs there. */
  ports(http: number, https: number): readonly (readonly [string, string])[];
  /** Around the file, where it is a part of another. */
  around(written: string, folder: string, http: number, https: number): string;
  command(folder: string): readonly string[];
}

const unchanged = (written: string) => written;

export const KINDS: readonly Kind[] = [
  {
    name: 'nginx',
    file: 'nginx.conf',
    ports: (http, https) => [
      ['listen 80;', `listen 127.0.0.1:${http};`],
      ['listen [::]:80;', ''],
      ['listen 443 ', `listen 127.0.0.1:${https} `],
      ['listen [::]:443 ssl http2;', ''],
      ['listen [::]:443 ssl http2 default_server;', ''],
    ],
    around: (written, folder) =>
      `worker_processes 1; pid ${folder}/pid; error_log stderr; events {}\nhttp { access_log off;\n${written}\n}`,
    command: (folder) => ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'],
  },
  {
    name: 'haproxy',
    file: 'haproxy.cfg',
    ports: (http, https) => [
      ['bind :80', `bind 127.0.0.1:${http}`],
      ['bind :443', `bind 127.0.0.1:${https}`],
    ],
    around: unchanged,
    command: (folder) => ['-db', '-f', join(folder, 'haproxy.cfg')],
  },
  {
    name: 'caddy',
    file: 'Caddyfile',
    ports: () => [],
    around: (written, _folder, http, https) =>
      written.replace('\n{\n', `\n{\n\tadmin off\n\thttp_port ${http}\n\thttps_port ${https}\n`),
    command: (folder) => ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
  },
];

/**
 * @param folder holds the certificate as `fullchain.pem`, `key.pem` and, both in one, `latchkey.pem`
 * @param servers ports of the two processes behind it
 */
export async function startProxy(
  kind: Kind,
  folder: string,
  servers: readonly [number, number],
): Promise<RunningProxy> {
  const program = ensureSystemPackage({ commands: [kind.name], debianPackage: kind.name, say: console.log });
  const [http, https] = [await freePort(), await freePort()];
  const own = join(folder, kind.name);
  await mkdir(own);
  const replaced = [
    ...kind.ports(http, https),
    ['/etc/ssl/latchkey/', `${folder}/`],
    ['127.0.0.1:3000', `127.0.0.1:${servers[0]}`],
    ['127.0.0.1:3001', `127.0.0.1:${servers[1]}`],
  ] as const;
  let written = await readFile(join(DEPLOY, kind.file), 'utf8');
  for (const [there, here] of replaced) {
    if (!written.includes(there)) throw new Error(`${kind.file} has no ${there}`);
    written = written.replaceAll(there, here);
  }
  await writeFile(join(own, kind.file), kind.around(written, own, http, https));
  return { ...(await run(kind.name, program, kind.command(own), own, https)), http, https };
}

/** Runs it until it listens. */
export async function run(
  name: string,
  program: string,
  args: readonly string[],
  folder: string,
  port: number,
): Promise<Pick<RunningProxy, 'name' | 'stop'>> {
  const { PATH = '' } = process.env;
  const child = endsWithUs(
    spawn(program, args, { env: { PATH, HOME: folder }, stdio: ['ignore', 'pipe', 'pipe'] }),
    name,
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!(await listens(port))) {
    if (isOver) throw new Error(`${name} ended: ${said}`);
    await sleep(20);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { name, stop };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
