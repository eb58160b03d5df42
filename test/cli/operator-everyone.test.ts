/** The operator's tool on all accounts at once, beside a server on whose installation it works. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ SIGN_UP: 'open' }, ['a-secret-for-the-tests-of-the-tool-0123456789']);
});
afterAll(() => server.close());

const everyone = (...args: string[]) =>
  operator(server.environment, 'accounts', 'sign-out-everyone', ...args);

it('signs everybody out, after a yes only, and says how far it has come', async () => {
  const owners = [await server.signUp(), await server.signUp(), await server.signUp()];
  const areSignedIn = () =>
    Promise.all(owners.map(async ({ pages }) => (await pages.get('/account')).status === 200));
  const unasked = await everyone();
  expect([unasked.code, await areSignedIn()]).toEqual([5, [true, true, true]]);
  const { code, json, stderr } = await everyone('--yes', '--json');
  const ended = { accounts: 3, keys: 0, browsers: 3 };
  expect([code, json, await areSignedIn()]).toEqual([0, { outcome: 'done', ended }, [false, false, false]]);
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const act = { event: 'operator-acted', command: 'accounts sign-out-everyone', level: 'info' };
  const [begun, ...told] = lines;
  expect([begun, told.pop()]).toEqual([
    expect.objectContaining({ ...act, outcome: 'begun' }),
    expect.objectContaining({ ...act, outcome: 'done' }),
  ]);
  expect(told.length).toBeGreaterThan(0);
  for (const line of told) expect(line).toEqual({ progress: expect.objectContaining({ keys: 0 }) });
  const again = await everyone('--yes');
  expect(again.stdout).toBe(
    'Everybody is signed out of everything: 3 accounts signed out, 0 keys of devices and apps and 0 browsers ended.\n',
  );
  const [{ email } = { email: '' }] = owners;
  const account = await server.stores.accounts.findByEmail(email);
  const [newest] = await server.stores.activity.list(account?.id ?? '', { most: 1 });
  expect(newest?.event).toMatchObject({ kind: 'signed-out-everything', by: 'operator' });
});
