/** Where password managers look for the pages of passkeys. */
import { expect, it } from '@jest/globals';
import { BEHIND_HTTPS, startWholeServer } from '../support/whole-server.ts';

const PATH = '/.well-known/passkey-endpoints';

it('a password manager finds where passkeys are made and managed, under our own host', async () => {
  const server = await startWholeServer(BEHIND_HTTPS);
  try {
    const found = await server.visitor().get(PATH, { host: 'evil.example' });
    expect([found.status, found.headers['content-type']]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
    ]);
    const page = `${server.issuer}/account/security/two-step`;
    expect(JSON.parse(found.text)).toEqual({ enroll: `${page}/passkey`, manage: page });
  } finally {
    await server.close();
  }
});

it('where no browser knows passkeys of this server there are none to be found', async () => {
  const server = await startWholeServer();
  try {
    expect((await server.visitor().get(PATH)).status).toBe(404);
  } finally {
    await server.close();
  }
});
