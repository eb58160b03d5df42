/** The steps of the Dockerfile, done without a container engine: nothing that the image lacks is needed to serve. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { randomId, testRedisUrl } from '../support/test-stores.ts';
import { TEST_CLIENTS_FILE } from '../support/whole-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
/** The system's user `nobody`, where the tests may become another user: then all of the image is read-only. */
const NOBODY = 65534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** The build is given it. */
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

let [image, tmp] = ['', ''];
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-image-'));
  [image, tmp] = [join(folder, 'app'), join(folder, 'tmp')];
  for (const one of [image, tmp]) mkdirSync(one);
  build();
  execFileSync('chmod', ['-R', 'a-w,a+rX', image]);
  chmodSync(folder, 0o755);
  chmodSync(tmp, 0o777);
});
afterAll(() => {
  execFileSync('chmod', ['-R', 'u+w', image]);
  rmSync(join(image, '..'), { recursive: true, force: true });
});

/** What `COPY` and `RUN npm ci` do, in their order. */
function build(): void {
  for (const [, from = ''] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const name of from.split(' ')) cpSync(join(ROOT, name), join(image, name), { recursive: true });
  const run = /^RUN (npm ci --omit=dev && rm .+)$/m.exec(dockerfile)?.[1] ?? 'false';
  const command = run.replace('npm ci', 'npm ci --prefer-offline --no-audit --no-fund');
  execFileSync('sh', ['-c', command], { cwd: image, stdio: 'pipe' });
  const note = /^RUN (echo .+ > commit)$/m.exec(dockerfile)?.[1] ?? 'false';
  execFileSync('sh', ['-c', note], { cwd: image, env: { LATCHKEY_COMMIT: COMMIT } });
  // The image has a runtime of its own; where that user may not look is that of the tests.
  copyFileSync(process.execPath, join(image, '../node'));
  chmodSync(join(image, '../node'), 0o755);
  copyFileSync(TEST_CLIENTS_FILE, join(image, '../clients.json'));
}

/** The words of `CMD` or of the health check. */
function wordsOf(pattern: RegExp): string[] {
  const [, words = '[]'] = pattern.exec(dockerfile) ?? [];
  return (JSON.parse(words) as string[]).slice(1);
}

it('it serves as another user, from folders that cannot be written, without packages of development', async () => {
  expect(existsSync(join(image, 'node_modules/jest'))).toBe(false);
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    TMPDIR: tmp,
    PORT: `${port}`,
    ISSUER: 'https://id.example.com',
    CLIENTS_FILE: join(image, '../clients.json'),
    REDIS_URL: testRedisUrl(),
    REDIS_PREFIX: `t${randomId()}:`,
    LATCHKEY_SECRET: 'the-secret-of-this-server-0123456789abcdef',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Example <no-reply@example.com>',
    TRUSTED_PROXIES: '127.0.0.1',
  };
  const options = { cwd: image, env, ...asNobody };
  const node = join(image, '../node');
  const child: ChildProcess = spawn(node, wordsOf(/^CMD (\[.+\])$/m), {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endsWithUs(child, 'the steps of the image');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  try {
    await eventually('its start', () => {
      if (child.exitCode !== null) throw new Error(output);
      return output.includes('"msg":"started"') || undefined;
    });
    expect(output).toContain(`"commit":"${COMMIT}"`);
    const health = wordsOf(/^ {2}CMD (\[.+\])$/m);
    expect(spawnSync(node, health, options).status).toBe(0);
    const headers = { 'x-forwarded-for': '198.51.100.7' };
    const page = await fetch(`http://127.0.0.1:${port}/sign-in`, { headers });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<form')]);
    const other = { ...options, env: { ...env, PORT: '1' } };
    expect(spawnSync(node, health, other).status).toBe(1);
  } finally {
    child.kill('SIGTERM');
  }
  expect([await ended, output]).toEqual([0, expect.not.stringMatching(/EACCES|EROFS|EPERM/)]);
});
