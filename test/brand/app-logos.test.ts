/** An owner knows an app by the picture that the operator gave it; no picture comes from elsewhere. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBrand } from '../../src/brand/read-brand.ts';
import { TEST_CLIENTS } from '../support/test-protocol.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

const DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>';

let folder: string;
let server: WholeServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-brand-'));
  await cp(join(import.meta.dirname, '../../examples/brand'), folder, { recursive: true });
  await mkdir(join(folder, 'apps'));
  await writeFile(join(folder, 'apps/notes.svg'), DRAWING);
  const logo = { logo_file: 'notes.svg', logo_uri: 'https://notes.example.com/logo.svg' };
  const clients = TEST_CLIENTS.map((client) =>
    client.client_id === 'notes' ? { ...client, ...logo } : client,
  );
  server = await startWholeServer({ BRAND_DIR: folder }, undefined, { clients });
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

const PICTURE = /<img src="(\/static\/app-notes\.svg\?v=[0-9a-f]{12})" alt="">/;

describe('the picture of an app', () => {
  it('stands where the app asks, in the list and on its page; opened by itself it can run nothing', async () => {
    const owner = await server.owner();
    const query = new URLSearchParams({
      ...{ client_id: 'notes', response_type: 'code', scope: 'openid profile', state: 's' },
      ...{ redirect_uri: 'https://notes.example.com/signed-in', code_challenge_method: 'S256' },
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    });
    let consent = await owner.get(`/auth?${query}`);
    for (let hops = 0; consent.location && hops < 4; hops += 1) consent = await owner.get(consent.location);
    expect(consent.text).toMatch(PICTURE);
    expect(consent.text).not.toContain('notes.example.com/logo.svg');
    const [, action = ''] = /action="(\/interaction\/[^"]+)"/.exec(consent.text) ?? [];
    const fields = { csrf: consent.field('csrf'), decision: 'allow', 'allow:profile': 'on' };
    expect((await owner.post(action, fields)).status).toBeLessThan(400);

    const picture = await owner.get(PICTURE.exec(consent.text)?.[1] ?? '');
    expect(picture.headers['content-type']).toMatch(/^image\/svg\+xml/);
    expect(picture.headers['content-security-policy']).toMatch(/;sandbox$/);
    const list = await owner.get('/account/apps');
    expect(list.text).toMatch(PICTURE);
    const [, page = ''] = /href="(\/account\/apps\/[^"]+)"/.exec(list.text) ?? [];
    expect((await owner.get(page)).text).toMatch(PICTURE);
  });

  it('is refused by name where it could run something or fetch something', async () => {
    await writeFile(join(folder, 'apps/bad.svg'), DRAWING.replace('<path', '<script>x</script><path'));
    await expect(readBrand(folder)).rejects.toThrow('apps: bad.svg holds a script or a page');
    await rm(join(folder, 'apps/bad.svg'));
  });

  it('is refused by name where it cannot be read, where two are one to a web address, and where they are too many', async () => {
    const apps = join(folder, 'apps');
    await mkdir(join(apps, 'folder.svg'));
    await writeFile(join(apps, 'NOTES.svg'), DRAWING);
    await expect(readBrand(folder)).rejects.toThrow(
      /apps: folder\.svg: EISDIR[\s\S]*apps: notes\.svg: there is a NOTES\.svg as well/,
    );
    await Promise.all([rm(join(apps, 'folder.svg'), { recursive: true }), rm(join(apps, 'NOTES.svg'))]);
    await Promise.all(Array.from({ length: 100 }, (_, n) => writeFile(join(apps, `many-${n}.svg`), DRAWING)));
    await expect(readBrand(folder)).rejects.toThrow('apps: 101 pictures, at most 100');
    await rm(apps, { recursive: true });
    await writeFile(apps, '');
    await expect(readBrand(folder)).rejects.toThrow('apps: ENOTDIR');
  });
});
