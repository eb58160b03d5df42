/** An operator whose editor puts a byte-order mark in front of a file finds nothing wrong with it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { readMasterSecret } from '../../src/config/master-secret.ts';
import { readProtocolFiles } from '../../src/server/protocol-files.ts';
import { makeAuthority } from '../support/test-certificates.ts';

describe('a byte-order mark', () => {
  it('in front of the first name of a file of settings is read over', () => {
    expect(readConfig({ '\uFEFFSIGN_UP': 'invite' }).config.signUp).toBe('invite');
  });
});

describe('a byte-order mark in front of a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-mark-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function marked(text: string): Promise<string> {
    const path = join(folder, 'marked');
    await writeFile(path, `\uFEFF${text}`);
    return path;
  }

  it('of clients is read over', async () => {
    const clientsFile = await marked(await readFile('clients.example.json', 'utf8'));
    const { clients } = await readProtocolFiles({ clientsFile, resourcesFile: undefined });
    expect(clients.length).toBeGreaterThan(0);
  });

  it('of APIs is read over', async () => {
    const resourcesFile = await marked('[]');
    const read = readProtocolFiles({ clientsFile: 'clients.example.json', resourcesFile });
    expect((await read).clients.length).toBeGreaterThan(0);
  });

  it('of certificates is read over', async () => {
    const { certificate } = await makeAuthority(folder, 'authority');
    const REDIS_CA_FILE = await marked(await readFile(certificate, 'utf8'));
    const { redisAccess } = readConfig({ REDIS_URL: 'rediss://h', REDIS_CA_FILE }).config;
    expect(redisAccess.tls?.ca).toMatch(/^-----BEGIN/);
  });

  it('of secrets is read over', async () => {
    const secret = 'x'.repeat(32);
    const read = await readMasterSecret({ file: await marked(secret) }, folder);
    expect(read.reveal()).toEqual([secret]);
  });
});
