/** The operator sees how much happened in the last hours, of all processes. */
import { expect, it } from '@jest/globals';
import { operator } from '../cli/operator-process.ts';
import { PASSWORD, startWholeServer } from '../support/whole-server.ts';
import { adminWorld } from './admin-world.ts';

it('an attack of last hour stands beside what is usual, also of a server that has ended since', async () => {
  const first = await adminWorld({ SIGN_UP: 'open' });
  const { REDIS_PREFIX = '' } = first.server.environment;
  const { email } = await first.server.signUp(first.server.visitor('127.0.0.1'));
  await first.link((await first.server.owner()).browser);
  for (const password of [PASSWORD, 'wrong', 'wrong too'])
    await first.server.visitor().submit('/sign-in', '/sign-in', { email, password });
  await first.close();
  await using second = await adminWorld({ REDIS_PREFIX });
  const { status, body } = await second.ask('GET', '/stats?hours=3');
  const hours = body['data'] as Record<string, number>[];
  expect([status, hours.length]).toEqual([200, 3]);
  const sum = (figure: string) => hours.reduce((all, one) => all + (one[figure] ?? 0), 0);
  const figures = ['sign_ins', 'refused', 'devices_linked', 'replayed', 'not_me'];
  expect(figures.map(sum)).toEqual([2, 2, 1, 0, 0]);
  for (const wrong of ['0', '841', '1.5', 'all'])
    expect((await second.ask('GET', `/stats?hours=${wrong}`)).status).toBe(400);
});

it('the tool shows the same', async () => {
  const server = await startWholeServer({ SIGN_UP: 'open' }, ['the-secret-of-this-server-0123456789abcdef']);
  await server.signUp();
  await server.close();
  const { json } = await operator(server.environment, 'stats', '--hours', '2', '--json');
  const hours = json['hours'] as { hour: string; sign_ins: number }[];
  expect(hours.map(({ sign_ins: count }) => count).sort()).toEqual([0, 1]);
  expect((await operator(server.environment, 'stats', '--hours', '0')).code).toBe(2);
});
