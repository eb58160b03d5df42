/** The operator changes LATCHKEY_SECRET while people and devices use the server, and the tool is killed again and again. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Keyring } from '../../src/redis/keyring.ts';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { PASSWORD, startWholeServer, TEST_CLIENTS_FILE, type WholeServer } from '../support/whole-server.ts';
import { operator } from './operator-process.ts';

const OLD = 'the-former-secret-of-this-server-0123456789';
const NEW = 'the-new-secret-of-this-server-0123456789ab';
const OWNERS = 6;
const KILLS = 8;

let [before, server]: WholeServer[] = [];
beforeAll(async () => {
  before = await startWholeServer({ SIGN_UP: 'open' }, [OLD]);
});
afterAll(async () => {
  await server?.close();
  await before?.close();
});

/** The tool, killed without a word some time after it has begun; `false`: it was done by then. */
function killed(environment: Record<string, string>, after: number): Promise<boolean> {
  const child = spawn(process.execPath, ['src/cli/latchkey.ts', 'secrets', 'rewrite', '--rate', '20'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...nodeEnvironment(), CLIENTS_FILE: TEST_CLIENTS_FILE, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endsWithUs(child, 'secrets rewrite');
  child.stderr.once('data', () => void setTimeout(() => child.kill('SIGKILL'), after));
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal === 'SIGKILL')));
}

it('every account opens with the new secret alone, and every device refreshes', async () => {
  if (!before) throw new Error('not started');
  const people = [];
  for (let index = 0; index < OWNERS; index += 1) {
    const { pages, email } = await before.signUp(before.visitor(`127.0.0.${index + 1}`));
    const device = new DeviceClient(before.issuer, 'speaker');
    const { deviceCode, userCode } = codesOf(await device.authorize({ device_name: `Radio ${index}` }));
    const confirm = await pages.submit('/device', '/device', { user_code: userCode });
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
    people.push({ pages, email, token: String((await device.poll(deviceCode)).body['refresh_token']) });
  }
  const { REDIS_PREFIX = '' } = before.environment;
  const again = (secrets: string[]) => startWholeServer({ SIGN_UP: 'open', REDIS_PREFIX }, secrets);
  const environment = { ...before.environment, LATCHKEY_SECRET: `${NEW},${OLD}` };
  server = await again([NEW, OLD]);
  await expect(again([NEW])).rejects.toThrow('run secrets rewrite');
  const seen = await operator(environment, 'doctor', '--json');
  expect(seen.json['findings']).toContainEqual(
    expect.objectContaining({ check: 'secrets', state: 'warning' }),
  );
  const refresh = async (person: { token: string }, at: WholeServer) => {
    const { status, body } = await new DeviceClient(at.issuer, 'speaker').refresh(person.token);
    person.token = String(body['refresh_token']);
    return status;
  };
  let isOver = false;
  const statuses: number[] = [];
  const load = (async () => {
    while (!isOver && server) for (const person of people) statuses.push(await refresh(person, server));
  })();
  let cut = 0;
  for (let kills = 0; kills < KILLS; kills += 1) if (await killed(environment, kills * 20)) cut += 1;
  expect(cut).toBeGreaterThan(0);
  const { code, json } = await operator(environment, 'secrets', 'rewrite', '--json');
  isOver = true;
  await load;
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(code).toBe(0);
  const [oldName] = new Keyring([OLD]).names;
  expect(json['secrets']).toContainEqual(
    expect.objectContaining({ name: oldName, kept: {}, mayLeave: true }),
  );
  // A run that was killed later may have settled it: this one has nothing left to tell of then. A start without it shows it.
  expect(json['settled'] ?? [oldName]).toEqual([oldName]);

  const alone = await again([NEW]);
  try {
    for (const person of people) expect(await refresh(person, alone)).toBe(200);
    for (const { email } of people) {
      const pages = alone.visitor('127.0.0.9');
      await pages.submit('/sign-in', '/sign-in', { email, password: PASSWORD });
      expect((await pages.get('/account')).text).toContain('Radio');
    }
  } finally {
    await alone.close();
  }
});
