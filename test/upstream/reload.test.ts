/** UPSTREAM_FILE of a server that runs, read anew on SIGHUP. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/test-server.ts';
import { CORP } from '../support/unreachable-provider.ts';
import { PageClient } from '../web/page-client.ts';

const SCHOOL = { ...CORP, id: 'school', name: 'The school', issuer: 'http://127.0.0.1:10' };

const folder = mkdtempSync(join(tmpdir(), 'latchkey-upstream-'));
const file = join(folder, 'upstream.json');
/** In one step: the server may read at any moment. */
function write(entries: unknown): void {
  writeFileSync(`${file}.new`, typeof entries === 'string' ? entries : JSON.stringify(entries));
  renameSync(`${file}.new`, file);
}

let server: TestServer;
let reloads = 0;
beforeAll(async () => {
  write([CORP]);
  server = await startServer({ UPSTREAM_FILE: file, EGRESS_ALLOW: '127.0.0.0/8' });
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves when the server has read it, with what it says of it. */
async function reload(entries: unknown): Promise<string> {
  write(entries);
  reloads += 1;
  process.kill(server.pid, 'SIGHUP');
  const lines = () => server.output().match(/^.*"msg":"upstream file (?:reloaded|refused).*$/gm) ?? [];
  return eventually('the line about it', () => lines()[reloads - 1]);
}

async function buttons(): Promise<string[]> {
  const { text } = await new PageClient(server.issuer).get('/sign-in');
  return [...text.matchAll(/Continue with ([\w ]+)/g)].map(([, name = '']) => name.trim());
}

it('owners see the providers that are there then, and no more those that are gone', async () => {
  expect(await buttons()).toEqual(['Corp']);
  expect(await reload([CORP, SCHOOL])).toContain('"providers":2');
  expect(await buttons()).toEqual(['Corp', 'The school']);
  expect(await reload([SCHOOL])).toContain('"providers":1');
  expect(await buttons()).toEqual(['The school']);
  const gone = await new PageClient(server.issuer).get('/sign-in/upstream/corp');
  expect(gone.status).toBe(404);
  await reload([CORP]);
});

it('a faulty file leaves owners their way in, and tells its operator every fault in one line', async () => {
  const line = await reload([CORP, { ...SCHOOL, clientid: 'us' }, { ...SCHOOL, issuer: 'https://10.0.0.1' }]);
  for (const said of ['upstream file refused', 'school: ', 'clientid', 'not a public address'])
    expect(line).toContain(said);
  expect(line).not.toContain('hush');
  expect(await buttons()).toEqual(['Corp']);
  expect(await reload('[{"id":')).toContain('upstream file refused');
  rmSync(file);
  process.kill(server.pid, 'SIGHUP');
  await eventually(
    'the line about a file that is gone',
    () => server.output().includes('ENOENT') || undefined,
  );
  expect(await buttons()).toEqual(['Corp']);
});
