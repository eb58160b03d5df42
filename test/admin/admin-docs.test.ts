/** What docs/admin-api.md has an engineer copy leads from nothing to the first call. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ADMIN_SCOPES } from '../../src/admin/scopes.ts';
import { freePort } from '../support/free-port.ts';
import { startWholeServer } from '../support/whole-server.ts';
import { ADMIN_ROUTES } from './admin-routes.ts';

const run = promisify(execFile);
let folder: string;
let text: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-copied-'));
  text = await readFile(new URL('../../docs/admin-api.md', import.meta.url), 'utf8');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The blocks of a kind, as they stand there, for a server at another address. */
function blocks(kind: string, origin: string): string[] {
  const all = text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  const fitting = [...all].filter(([, found]) => found === kind);
  return fitting.map(([, , block = '']) => block.replaceAll('http://localhost:3000', origin));
}

it('an engineer copies what stands there, and has the list of accounts', async () => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const [first = '', second = ''] = blocks('sh', origin);
  await run('sh', ['-ec', first], { cwd: folder });
  const [settings = ''] = blocks('', origin);
  const environment = Object.fromEntries(
    settings
      .trim()
      .split('\n')
      .map((line): [string, string] => [line.split('=')[0] ?? '', line.split('=')[1] ?? '']),
  );
  expect(Object.keys(environment)).toEqual(['ADMIN', 'CLIENTS_FILE']);
  const clients = join(folder, environment['CLIENTS_FILE'] ?? '');
  await using server = await startWholeServer({
    ...environment,
    CLIENTS_FILE: clients,
    PORT: `${port}`,
    TRUSTED_PROXIES: 'none',
  });
  await server.owner('Grace Hopper');
  const { stdout } = await run('sh', ['-ec', second], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({
    data: [expect.objectContaining({ name: 'Grace Hopper', status: 'active' })],
    next: null,
  });
});

it('each path and each scope that there is stands in the table', () => {
  const missing = ADMIN_ROUTES.map(({ path }) => path.split('/')).filter(
    ([, first = '', , third]) =>
      !text.includes(`| \`${first}`) || (third !== undefined && !text.includes(`/${third}\``)),
  );
  expect(missing).toEqual([]);
  const used = new Set(ADMIN_ROUTES.map(({ scope }) => scope));
  for (const scope of used) if (scope) expect(text).toContain(`\`${scope}\``);
  // Of `/global-token-revocation`, which stands beside this API.
  expect(Object.keys(ADMIN_SCOPES).filter((scope) => !used.has(scope as never))).toEqual(['sessions:end']);
});
