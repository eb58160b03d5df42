/** What an operator does is so for the owner, the device and the app: done in the console, by a program, by the tool. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OperatorHere, operatorHere } from '../cli/operator-here.ts';
import { request } from '../support/http.ts';
import { type MailSink, startMailSink } from '../support/mail-sink.ts';
import { randomId } from '../support/test-stores.ts';
import type { WholeServer } from '../support/whole-server.ts';
import { ACTS } from './acts-everywhere.ts';
import { ADMIN_ROUTES } from './admin-routes.ts';
import { basicOf } from './admin-world.ts';
import { consoleServer, INSIDE, type OperatorOf, signedInOperator } from './console-world.ts';
import { type Prepared, REAL_ACTS } from './real-acts.ts';
import { RealThings } from './real-things.ts';

let [sink, server, operator]: [MailSink?, WholeServer?, OperatorHere?] = [];
const SECRET = 'a-secret-for-the-tests-of-the-tool-0123456789';

let world: RealThings;
let ada: OperatorOf;
let token = '';
beforeAll(async () => {
  sink = await startMailSink();
  server = await consoleServer({}, { smtp: sink }, [SECRET]);
  operator = await operatorHere(server);
  world = new RealThings(server, sink, operator);
  ada = await signedInOperator(server, 'owner');
  token = await tokenOf(server);
});
afterAll(async () => {
  await operator?.close();
  await server?.close();
  await sink?.close();
});

async function tokenOf({ origin, issuer }: WholeServer): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', resource: `${issuer}/admin/v1` });
  const headers = { authorization: basicOf('ops') };
  const answer = await request(`${origin}/token`, { method: 'POST', headers, body });
  return String(((await answer.json()) as Record<string, unknown>)['access_token']);
}

const filled = (path: string, { account = '', client = '', thing = '' }: Prepared): string =>
  path
    .replace(/:account|\{account\}/, account)
    .replace(/:client|\{client\}/, client)
    .replace(/:thing|\{(device|browser|factor|app)\}/, thing);

/** The form of the page that has it. @returns what the page that it leads to says of a secret */
async function inConsole(form: string, of: Prepared): Promise<string | undefined> {
  const path = filled(form.replace('POST ', ''), of);
  const home = path.replace(/^(\/admin\/\w+\/[^/]+).*/, '$1');
  const page = await ada.pages.get(home === path ? '/admin/operators' : home);
  if (home !== path) expect(page.text).toContain(`action="${path}"`);
  const who = of.account ?? '';
  const fields = { csrf: page.field('csrf'), once: page.field('once'), role: 'viewer', who };
  const { status, location } = await ada.pages.postAlone(path, fields);
  expect([path, status]).toEqual([path, 303]);
  const { text } = await ada.pages.get(location);
  return /<bdi class="break">([\w-]{43})<\/bdi>/.exec(text)?.[1];
}

async function byProgram(call: string, of: Prepared): Promise<string | undefined> {
  const route = ADMIN_ROUTES.find(({ name }) => name === call);
  if (!route) throw new Error(`there is no call ${call}`);
  const { method } = route;
  const headers = {
    ...{ authorization: `Bearer ${token}`, 'x-forwarded-for': INSIDE },
    ...(method === 'POST' && { 'idempotency-key': randomId(), 'content-type': 'application/json' }),
  };
  const path = `${server?.origin}/admin/v1${filled(route.path, of)}`;
  const takesBody = /close|secrets/.test(route.path);
  const answer = await request(path, { method, headers, ...(takesBody && { body: '{}' }) });
  const text = await answer.text();
  expect([call, answer.ok, answer.ok ? '' : text]).toEqual([call, true, '']);
  const said = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return said['client_secret'] as string | undefined;
}

async function byTool(command: string, { account, client, thing }: Prepared): Promise<string | undefined> {
  const role = command === 'operators add' ? ['--role', 'viewer'] : [];
  const words = [account ?? client ?? '', thing ?? ''].filter((word) => word !== '');
  const { json } = await world.operator.run(...command.split(' '), ...words, ...role, '--yes');
  expect([command, json]).toEqual([command, expect.objectContaining({ outcome: 'done' })]);
  return json['secret'] as string | undefined;
}

/** All second steps at once: none of them is named. */
const actedOn = (call: string, made: Prepared): Prepared =>
  call === 'factors-remove-all' ? { ...made, thing: '' } : made;

const CASES = Object.entries(REAL_ACTS).flatMap(([call, prepare]) => {
  const {
    tool: [command] = [],
    console: [form] = [],
    not = {},
  } = ACTS.find((one) => one.call === call) ?? {};
  const isCall = ADMIN_ROUTES.some(({ name }) => name === call);
  return [
    ...(isCall ? [[call, 'by a program', (of: Prepared) => byProgram(call, of), prepare] as const] : []),
    ...(command ? [[call, 'by the tool', (of: Prepared) => byTool(command, of), prepare] as const] : []),
    ...(form && !not.console
      ? [[call, 'in the console', (of: Prepared) => inConsole(form, of), prepare] as const]
      : []),
  ];
});

describe('what an operator does to a real thing', () => {
  it.each(CASES)('%s %s has its effect', async (call, _where, act, prepare) => {
    const made = await prepare(world);
    await made.seen(await act(actedOn(call, made)));
  });
});

describe('the table of what is done to real things', () => {
  it('has every form of the console that changes something', () => {
    const forms = ACTS.filter(({ console: pages = [] }) => pages.some((page) => page.startsWith('POST')));
    const calls = forms.flatMap(({ call = [] }) => call);
    const same = ['global-token-revocation', 'console-sign-in'];
    // What comes of these: console-deliveries.test.ts, streams.test.ts.
    const others = calls.filter((call) => !same.includes(call) && !/^(receivers|streams)-/.test(call));
    expect(others.filter((call) => !(call in REAL_ACTS))).toEqual([]);
  });
});
