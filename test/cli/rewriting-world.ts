/** Owners and devices whose records are written anew, and the operator's tool that is killed while it does so. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DeviceClient } from '../support/device-client.ts';
import { codesOf } from '../support/linked-device.ts';
import { nodeEnvironment } from '../support/node-environment.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { PASSWORD, TEST_CLIENTS_FILE, type WholeServer } from '../support/whole-server.ts';

/** An owner with one device. */
export interface Person {
  readonly email: string;
  /** What the device refreshes by next. */
  token: string;
}

export async function peopleAt(server: WholeServer, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let index = 0; index < count; index += 1) {
    const { pages, email } = await server.signUp(server.visitor(`127.0.${index + 1}.1`));
    const device = new DeviceClient(server.issuer, 'speaker');
    const { deviceCode, userCode } = codesOf(await device.authorize({ device_name: `Radio ${index}` }));
    const confirm = await pages.submit('/device', '/device', { user_code: userCode });
    const [csrf, ticket] = [confirm.field('csrf'), confirm.field('ticket')];
    await pages.post('/device/confirm', { csrf, ticket, decision: 'approve' });
    people.push({ email, token: String((await device.poll(deviceCode)).body['refresh_token']) });
  }
  return people;
}

/** @returns the status */
export async function refresh(person: Person, { issuer }: WholeServer): Promise<number> {
  const { status, body } = await new DeviceClient(issuer, 'speaker').refresh(person.token);
  person.token = String(body['refresh_token']);
  return status;
}

/** What a page shows who signs in anew. */
export async function signedInPage({ email }: Person, server: WholeServer): Promise<string> {
  const pages = server.visitor('127.0.0.9');
  await pages.submit('/sign-in', '/sign-in', { email, password: PASSWORD });
  return (await pages.get('/account')).text;
}

/**
 * `secrets rewrite`, killed without a word some time after it has begun; `false`: it was done by then.
 * @param rate accounts in a second
 * @param after milliseconds
 */
export function killedRewrite(
  environment: Record<string, string>,
  rate: number,
  after: number,
): Promise<boolean> {
  const child = spawn(process.execPath, ['src/cli/latchkey.ts', 'secrets', 'rewrite', '--rate', `${rate}`], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...nodeEnvironment(), CLIENTS_FILE: TEST_CLIENTS_FILE, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endsWithUs(child, 'secrets rewrite');
  child.stderr.once('data', () => void setTimeout(() => child.kill('SIGKILL'), after));
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal === 'SIGKILL')));
}
