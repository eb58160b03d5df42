/** `npm run device -- --companion` and `--key` against a real server, with its owner at the pages and every byte on the wire kept. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceEvent } from '../../src/cli/demo-device/event.ts';
import { createScreen } from '../../src/cli/demo-device/screen.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { request } from '../support/http.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { PASSWORD, startWholeServer, type WholeServer } from '../support/whole-server.ts';
import { PageClient } from '../web/page-client.ts';
import { startPlainProvider } from './plain-provider.ts';

const ROOT = join(import.meta.dirname, '../..');
/** As `npm start` has it on a fresh machine. */
const CLIENTS_FILE = join(ROOT, 'clients.example.json');

let server: WholeServer;
let wire: RecordingProxy;
let owner: PageClient;
beforeAll(async () => {
  const [port, seen] = [await freePort(), await freePort()];
  wire = await startRecordingProxy(seen, port, 'nobody');
  server = await startWholeServer({
    PORT: String(port),
    ISSUER: `http://127.0.0.1:${seen}`,
    CLIENTS_FILE,
  });
  // Device and browser are both on this computer.
  owner = new PageClient(server.issuer);
  owner.headers = { ...owner.headers, 'x-forwarded-for': '127.0.0.1' };
  await server.signUp(owner);
});
afterAll(async () => {
  await server.close();
  await wire.close();
});
beforeEach(() => wire.forget());

/** The command, and what it has told so far. */
function startDevice(...args: string[]) {
  const command = [join(ROOT, 'src/cli/device.ts'), '--issuer', server.issuer, '--json'];
  const child = spawn(process.execPath, [...command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  endsWithUs(child, 'demonstration device');
  const lines: string[] = [];
  let complaints = '';
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const events = () => lines.map((line) => JSON.parse(line) as DeviceEvent);
  const ended = once(child, 'close').then(([exitCode]) => exitCode as number);
  const told = <E extends DeviceEvent['event']>(name: E) =>
    eventually(name, () =>
      events().find((event): event is Extract<DeviceEvent, { event: E }> => event.event === name),
    );
  return { child, ended, events, told, output: () => lines.join('\n') + complaints };
}

type Device = ReturnType<typeof startDevice>;

/** The app in the owner's browser, which follows nothing by itself. */
async function inApp(url: string, method = 'GET') {
  const response = await request(url, { method, redirect: 'manual' });
  return {
    status: response.status,
    text: await response.text(),
    location: response.headers.get('location') ?? '',
  };
}

const pathOf = (address: string) => address.slice(new URL(address).origin.length);

/** The owner opens the app and adds the device, up to our confirm page. */
async function confirmPage(device: Device) {
  const { address } = await device.told('app');
  const link = (await inApp(`${address}begin`, 'POST')).location;
  const { location } = await owner.get(pathOf(link));
  return { link, location, page: await owner.get(location) };
}

/** What the owner says there, as the server sends it to the app. */
async function says(decision: string, { location, page }: Awaited<ReturnType<typeof confirmPage>>) {
  const answer = await owner.post(location, { csrf: page.field('csrf'), decision });
  return (await owner.get(answer.location.startsWith('/') ? answer.location : answer.onward)).location;
}

/** Every request that was sent to the server, by the device and by the browser, as text. */
const sent = () => wire.written().map((bytes) => bytes.toString('latin1'));

describe('a demonstration device that its maker’s app sets up', () => {
  it('pushes, is confirmed, redeems, refreshes, and is a row like every other; its verifier goes to the token endpoint and nowhere else', async () => {
    const device = startDevice('--companion', '--once', '--name', 'Kitchen <speaker>');
    const app = await inApp((await device.told('app')).address);
    expect(app.text).toContain('Kitchen &#60;speaker&#62; waits to be added');
    expect(app.text).toContain('Add this device');
    const asked = await confirmPage(device);
    expect(asked.page.text).toContain('Link this speaker?');
    const heard = await says('approve', asked);
    expect(heard).toMatch(/^http:\/\/localhost:\d+\/linked\?code=/);
    expect((await inApp(heard)).text).toContain('is linked');
    expect(await device.ended).toBe(0);
    expect(device.events().map(({ event }) => event)).toEqual([
      'server_found',
      'app',
      'pushed',
      'handed_over',
      'signed_in',
      'refreshed',
      'end',
    ]);
    const [, address = ''] =
      /href="(\/account\/devices\/(?!add")[^"]+)"/.exec((await owner.get('/account/devices')).text) ?? [];
    expect((await owner.get(address)).text).toContain('Set up with</dt><dd><bdi>Riverside Sound');

    const redeemed = sent().filter((text) => text.includes('code_verifier='));
    expect(redeemed).toHaveLength(1);
    const [, verifier = ''] = /code_verifier=([\w.~-]{43,})/.exec(redeemed[0] ?? '') ?? [];
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    expect(sent().some((text) => text.includes(`code_challenge=${challenge}`))).toBe(true);
    const everywhere = [...sent(), device.output(), asked.link, heard, server.logged(), app.text].join('\n');
    expect(everywhere.split(verifier)).toHaveLength(2);
    const code = new URL(heard).searchParams.get('code') ?? '';
    for (const secret of [code, verifier]) expect(device.output()).not.toContain(secret);
  });

  it('says that its owner said no, and links nothing', async () => {
    const device = startDevice('--companion', '--once');
    const heard = await says('deny', await confirmPage(device));
    expect((await inApp(heard)).text).toContain('was not linked');
    expect(await device.ended).toBe(3);
  });

  it('takes no answer that its app did not ask for, nor one twice, and begins again when it is asked to', async () => {
    const device = startDevice('--companion', '--once');
    const { address } = await device.told('app');
    const strangers = `${address}linked?code=of-an-attacker&state=guessed&iss=${server.issuer}`;
    expect((await inApp(strangers)).status).toBe(400);
    const first = await says('approve', await confirmPage(device));
    const heard = await says('approve', await confirmPage(device));
    // The app has begun anew since: the device has another verifier.
    expect((await inApp(first)).status).toBe(400);
    expect((await inApp(`${address}elsewhere`)).status).toBe(404);
    expect((await inApp(heard)).text).toContain('is linked');
    expect(await device.ended).toBe(0);
  });

  it('says which client is unknown, and stops with Ctrl-C while its app waits', async () => {
    const unknown = startDevice('--companion', '--client', 'nobody');
    const { address } = await unknown.told('app');
    expect((await inApp(`${address}begin`, 'POST')).status).toBe(502);
    expect(await unknown.ended).toBe(7);
    expect((await unknown.told('end')).message).toContain('does not know this client');
    const device = startDevice('--companion');
    await device.told('app');
    device.child.kill('SIGINT');
    expect(await device.ended).toBe(130);
  });
});

describe('a demonstration server with a key of its owner', () => {
  /** As its owner makes it at the pages, in a file as editors write it. */
  async function keyFile(changes: Record<string, string> = {}): Promise<{ file: string; key: string }> {
    const chosen = { key_name: 'Rack 4', client: 'demo-server', uses: '1', life: 'hour', network: 'here' };
    const form = { ...chosen, 'allow:profile': 'on', ...changes };
    const asked = await owner.submit('/account/keys/new', '/account/keys/new', form);
    const [csrf, held] = [asked.field('csrf'), asked.field('held')];
    const made = await owner.post('/account/prove', { csrf, held, password: PASSWORD });
    const key = /\blk_[\w-]{65}\b/.exec(made.text)?.[0] ?? '';
    const file = join(await mkdtemp(join(tmpdir(), 'latchkey-key-')), 'key');
    await writeFile(file, `${key}\n`);
    return { file, key };
  }

  it('is linked without anybody in front of it, refreshes, and is a row like every other; the key is sent once and shown nowhere', async () => {
    const { file, key } = await keyFile();
    wire.forget();
    const device = startDevice('--key', file, '--once');
    expect(await device.ended).toBe(0);
    const names = device.events().map(({ event }) => event);
    expect(names).toEqual(['server_found', 'key_used', 'signed_in', 'refreshed', 'end']);
    expect((await owner.get('/account/devices')).text).toContain('Demonstration server');
    const secret = key.slice(-43);
    expect(sent().join('\n').split(secret)).toHaveLength(2);
    for (const text of [device.output(), server.logged()]) expect(text).not.toContain(secret);
    const again = startDevice('--key', file, '--once');
    expect(await again.ended).toBe(7);
    expect((await again.told('end')).message).toContain('does not take this key');
    expect(again.output()).not.toContain(secret);
  });

  it('shows its code where the server knows nothing of keys, and says what is wrong with its file', async () => {
    const { file } = await keyFile();
    // No client of an older server has the parameter.
    const plain = await startPlainProvider();
    const command = ['--key', file, '--client', 'demo-device', '--once', '--issuer', plain.issuer];
    const device = startDevice(...command);
    await plain.approve((await device.told('code')).user_code);
    expect(await device.ended).toBe(0);
    await plain.close();
    for (const wrong of [`${file}-that-is-not-there`, join(ROOT, 'README.md')])
      expect(await startDevice('--key', wrong).ended).toBe(2);
    expect(await startDevice('--key', file, '--companion').ended).toBe(2);
  });
});

it('tells a person on the screen what to open and what to choose there', async () => {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const report = createScreen({ write, now: () => 0, interactive: false, every: () => () => {} });
  await report({ event: 'app', address: 'http://localhost:1/' });
  for (const said of [
    'no screen',
    'in a browser on this computer',
    '    http://localhost:1/\n',
    'Add this device',
  ])
    expect(text).toContain(said);
  await report({ event: 'pushed' });
  expect(text).toContain('confirm there that it is you, if it asks, then say yes');
});
