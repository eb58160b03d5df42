/** The operator's tool and the second step of accounts, beside a server that it changes the accounts of. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newApp, newCodes, newPhone } from '../redis/contract/factors.ts';
import { eventually } from '../support/eventually.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

const SECRET = 'a-secret-for-the-tests-of-the-tool-0123456789';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({ SIGN_UP: 'open' }, [SECRET]);
});
afterAll(() => server.close());

const tool = (...args: string[]) => operator(server.environment, ...args);

async function ownerWithFactors() {
  const { email } = await server.signUp();
  const account = await server.stores.accounts.findByEmail(email);
  if (!account) throw new Error('there is no account');
  const owner = { accountId: account.id, epoch: account.epoch };
  for (const factor of [newApp(), newCodes('a', 'b'), newPhone()])
    await server.stores.factors.add(owner, factor, { kind: 'factor-added', by: 'owner' });
  return { email, id: account.id };
}

describe('the operator', () => {
  it('lists the second step of an account, and shows no seed, code or number', async () => {
    const { email } = await ownerWithFactors();
    const { code, json, stdout } = await tool('factors', 'list', email, '--json');
    expect(code).toBe(0);
    expect(json['factors']).toMatchObject([
      { kind: 'totp', name: 'Phone', usedAt: null },
      { kind: 'backup-codes', name: '2 left' },
      { kind: 'phone', name: expect.stringMatching(/00$/) },
    ]);
    expect(stdout).not.toMatch(/SEED|5555550100/);
    expect((await tool('factors', 'list', email)).stdout).toContain('Authenticator app');
    expect((await tool('factors', 'list', 'nobody@example.org')).code).toBe(3);
  });

  it('removes it after a yes only, with a line in the log and an event for the owner', async () => {
    const { email, id } = await ownerWithFactors();
    const signIn = async () =>
      (await server.visitor().submit('/sign-in', '/sign-in', { email, password: PASSWORD })).location;
    expect([(await tool('factors', 'remove', email)).code, await signIn()]).toEqual([
      5,
      '/sign-in/second-step',
    ]);
    const { code, json, stderr } = await tool('factors', 'remove', email, '--yes', '--json');
    expect([code, json]).toEqual([0, { outcome: 'done', removed: 3 }]);
    expect(JSON.parse(stderr)).toMatchObject({
      event: 'operator-acted',
      command: 'factors remove',
      account: expect.stringMatching(/^[\w-]{16}$/),
      outcome: 'done',
    });
    const [event] = await server.stores.activity.list(id, { most: 1 });
    expect(event?.event).toEqual({ kind: 'factors-removed', by: 'operator' });
    expect(await signIn()).toBe('/account');
    expect((await tool('factors', 'remove', email, '--yes', '--json')).json).toMatchObject({ removed: 0 });
  });

  it('removes one of it by its id, whatever the id begins with, and the backups with the last app', async () => {
    const { email, id } = await ownerWithFactors();
    const second = { ...newApp(), id: `-${randomBytes(16).toString('base64url').slice(1)}`, name: 'Tablet' };
    const account = await server.stores.accounts.find(id);
    const owner = { accountId: id, epoch: account?.epoch ?? 0 };
    await server.stores.factors.add(owner, second, { kind: 'factor-added', by: 'owner' });
    const { json: listed, stdout } = await tool('factors', 'list', email, '--json');
    const apps = (listed['factors'] as { id: string; kind: string }[]).filter(({ kind }) => kind === 'totp');
    const first = apps.find((app) => app.id !== second.id);
    expect(stdout).toContain(second.id);
    expect((await tool('factors', 'remove', email, second.id)).code).toBe(5);
    const one = await tool('factors', 'remove', email, second.id, '--yes', '--json');
    expect([one.code, one.json]).toEqual([0, { outcome: 'done', removed: 1, left: 3 }]);
    expect(JSON.parse(one.stderr)).toMatchObject({ command: 'factors remove', outcome: 'done' });
    const [event] = await server.stores.activity.list(id, { most: 1 });
    const subject = { type: 'factor', id: second.id, name: 'Authenticator app Tablet', kind: 'totp' };
    expect(event?.event).toEqual({ kind: 'factor-removed', by: 'operator', subject });
    expect((await tool('factors', 'remove', email, second.id, '--yes')).code).toBe(3);
    const last = await tool('factors', 'remove', email, first?.id ?? '', '--yes');
    expect([last.code, last.stdout]).toEqual([0, expect.stringContaining('Two-step verification is off')]);
    expect(await server.stores.factors.list(id)).toEqual([]);
  });

  it('is told to the owner by mail', async () => {
    const { email } = await ownerWithFactors();
    await tool('factors', 'remove', email, '--yes');
    await eventually('a mail “switched off”', () =>
      server.mails.some(({ to, subject }) => to === email && /switched off/.test(subject)),
    );
  });
});
