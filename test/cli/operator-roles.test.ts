/** Who may use the console is said by the tool first, beside a server that runs. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/accounts/session.ts';
import { Operators } from '../../src/admin/operators.ts';
import { startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

const SECRET = 'a-secret-for-the-tests-of-the-tool-0123456789';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({}, [SECRET]);
});
afterAll(() => server.close());

const tool = (...args: string[]) => operator(server.environment, ...args);
const idOf = ({ browser }: { browser: Session }) => browser.accountId;
const rolesOf = async () =>
  Object.fromEntries(
    ((await tool('operators', 'list', '--json')).json['operators'] as { id: string; role: string }[]).map(
      ({ id, role }) => [id, role],
    ),
  );

describe('an operator of the console', () => {
  it('is made by the tool, told so, and the last owner stays', async () => {
    const [ada, grace] = [await server.owner(), await server.owner()];
    expect(await rolesOf()).toEqual({});
    expect((await tool('operators', 'add', idOf(ada))).code).toBe(2);
    expect((await tool('operators', 'add', 'nobody@example.org', '--role', 'owner')).code).toBe(3);
    const made = await tool('operators', 'add', idOf(ada), '--role', 'owner', '--json');
    expect([made.code, made.json]).toEqual([0, { outcome: 'done', changed: true }]);
    expect(JSON.parse(made.stderr)).toMatchObject({ command: 'operators add', outcome: 'done' });
    const [told] = await server.stores.activity.list(idOf(ada), { most: 1 });
    expect(told?.event).toMatchObject({ kind: 'role-changed', by: 'operator', details: { role: 'owner' } });
    expect((await tool('operators', 'remove', idOf(ada), '--yes')).code).toBe(4);
    expect((await tool('operators', 'add', idOf(ada), '--role', 'viewer')).code).toBe(4);
    expect((await tool('operators', 'add', idOf(grace), '--role', 'owner')).code).toBe(0);
    expect((await tool('operators', 'remove', idOf(ada))).code).toBe(5);
    expect((await tool('operators', 'remove', idOf(ada), '--yes')).code).toBe(0);
    expect(await rolesOf()).toEqual({ [idOf(grace)]: 'owner' });
  });

  it('is none of those who keep an installation: an owner who is disabled', async () => {
    const { stores } = server;
    const operators = new Operators(stores);
    for (const { account } of await operators.list())
      await stores.operators.setRole(account.id, { was: 'owner', becomes: undefined }, CHANGED);
    const [one, other] = [idOf(await server.owner()), idOf(await server.owner())];
    for (const id of [one, other]) expect(await operators.change(id, 'owner')).toBe('changed');
    await stores.accounts.setStatus(other, 'disabled');
    expect(await operators.change(one, undefined, other)).toBe('last-owner');
    await stores.accounts.setStatus(other, 'active');
    expect(await operators.change(one, 'viewer', one)).toBe('own-role');
  });

  it('takes the role of another owner at the same time as that one: one of them stays', async () => {
    const { stores } = server;
    const operators = new Operators(stores);
    for (let round = 0; round < 10; round += 1) {
      const ids = (await operators.list()).map(({ account }) => account.id);
      for (const id of ids) {
        const was = await stores.operators.roleOf(id);
        await stores.operators.setRole(id, { was, becomes: undefined }, CHANGED);
      }
      const [one, other] = [idOf(await server.owner()), idOf(await server.owner())];
      for (const id of [one, other]) await operators.change(id, 'owner');
      await Promise.all([operators.change(one, undefined, other), operators.change(other, 'viewer', one)]);
      const owners = (await operators.list()).filter(({ role }) => role === 'owner');
      expect(owners.length).toBeGreaterThan(0);
    }
  });
});

const CHANGED = { kind: 'role-changed', by: 'operator' } as const;
