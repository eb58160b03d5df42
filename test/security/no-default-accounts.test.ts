/** ASVS 6.3.2: a new installation has no account to sign in to until the operator lets a person in. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ SIGN_UP: 'closed' });
});
afterAll(() => server.close());

async function accounts(): Promise<string[]> {
  const found: string[] = [];
  for await (const ids of server.stores.accountIds.all()) found.push(...ids);
  return found;
}

it('a new installation has no account, and trying the usual names and passwords makes none', async () => {
  expect(await accounts()).toEqual([]);
  for (const name of ['admin', 'root', 'administrator', 'latchkey', 'test', 'demo']) {
    for (const email of [`${name}@localhost`, `${name}@example.com`, name]) {
      const answer = await server.visitor().submit('/sign-in', '/sign-in', { email, password: name });
      expect([email, answer.status]).toEqual([email, 400]);
      expect(answer.headers['set-cookie']?.toString() ?? '').not.toContain('session');
    }
  }
  const refused = await server
    .visitor()
    .submit('/sign-in', '/sign-up', { name: 'x', email: 'x@example.org' });
  expect(refused.status).toBe(403);
  expect(await accounts()).toEqual([]);
});
