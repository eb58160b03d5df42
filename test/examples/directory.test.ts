/** A company's directory that signs out who leaves, as its first lines and docs/revocation.md say to start it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.ts';
import { request } from '../support/http.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import type { PageClient } from '../web/page-client.ts';
import { EXAMPLES, RunningExample } from './running-example.ts';
import { signInThere } from './signing-in-there.ts';

const PATH = '/sign-in/upstream/company';

let folder: string;
let server: WholeServer;
let directory: RunningExample;
let origin: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-directory-'));
  const [port, ours] = [await freePort(), await freePort()];
  origin = `http://localhost:${port}`;
  const copied = (name: string) => {
    const text = readFileSync(join(EXAMPLES, 'directory', name), 'utf8');
    const here = text.replace('http://localhost:4011', origin);
    writeFileSync(join(folder, name), here.replace('http://localhost:3000', `http://127.0.0.1:${ours}`));
    return join(folder, name);
  };
  const env = { PORT: `${port}`, LATCHKEY: `http://127.0.0.1:${ours}` };
  directory = new RunningExample(['node', 'directory.mjs'], 'directory', env);
  await directory.says(/is on (\S+)/);
  server = await startWholeServer({
    PORT: `${ours}`,
    ADMIN: 'api',
    ADMIN_NETWORKS: '127.0.0.0/8',
    // There is none between the two.
    TRUSTED_PROXIES: '192.0.2.1',
    // Two at once are one too many.
    LIMIT_ADMIN_CALLS: '1/1s 100ms..1s',
    CLIENTS_FILE: copied('clients.example.json'),
    UPSTREAM_FILE: copied('upstream.example.json'),
  });
});
afterAll(async () => {
  await server?.close();
  await directory?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function comeBack(pages: PageClient, login: string) {
  const page = await pages.get('/sign-in');
  const begun = await pages.postAlone(PATH, { csrf: page.field('csrf') });
  const { onward } = await pages.get(begun.location);
  return pages.get(await signInThere(server.issuer, onward, login));
}

async function hired(login: string): Promise<PageClient> {
  const pages = server.visitor();
  await comeBack(pages, login);
  const email = `${login}@company.example`;
  const sent = await pages.submit(`${PATH}/new`, `${PATH}/new`, { name: login, email });
  const code = /\b\d{6}\b/.exec(await server.mailTo(email))?.[0] ?? '';
  const fields = { csrf: sent.field('csrf'), ticket: sent.field('ticket'), code };
  expect((await pages.postAlone('/sign-up/confirm', fields)).location).toBe('/account');
  return pages;
}

const leaves = (login: string) => request(`${origin}/people/${login}/leave`, { method: 'POST' });
const isIn = async (pages: PageClient) => (await pages.get('/account')).status === 200;

describe('a company whose people leave', () => {
  it('has them out of everything, however many leave at once, and nobody else', async () => {
    const [ada, grace, alan] = [await hired('ada'), await hired('grace'), await hired('alan')];
    expect((await Promise.all([leaves('ada'), leaves('grace')])).map(({ status }) => status)).toEqual([
      202, 202,
    ]);
    await Promise.all([directory.says(/ada is out/), directory.says(/grace is out/)]);
    expect([await isIn(ada), await isIn(grace), await isIn(alan)]).toEqual([false, false, true]);
    await expect(comeBack(ada, 'ada')).rejects.toThrow('does not let go');
    expect(await isIn(ada)).toBe(false);
  });

  it('is told that a person has never been there', async () => {
    await leaves('john');
    await directory.says(/john was never there/);
  });
});
