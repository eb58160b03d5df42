import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EXIT_CODES } from '../../src/cli/demo-device/ending.ts';
import type { DeviceEvent } from '../../src/cli/demo-device/event.ts';
import { HELP } from '../../src/cli/demo-device/help.ts';
import { createJsonLines } from '../../src/cli/demo-device/json-lines.ts';
import { parseOptions } from '../../src/cli/demo-device/options.ts';
import { runDevice } from '../../src/cli/demo-device/run.ts';
import { createScreen } from '../../src/cli/demo-device/screen.ts';
import { fakeEnvironment } from './fake-environment.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

describe('the command line', () => {
  it('has defaults that fit a Latchkey just started here', () => {
    expect(parseOptions([])).toMatchObject({
      outcome: 'run',
      options: {
        issuer: 'http://localhost:3000',
        clientId: 'demo-device',
        scope: 'openid profile email offline_access',
        json: false,
        once: false,
      },
    });
  });

  it.each([
    [['--nonsense']],
    [['positional']],
    [['--issuer', 'nonsense']],
    [['--issuer', 'ftp://localhost']],
    [['--issuer', 'https://id.example.org/?a=b']],
    [['--refresh-every', '0']],
    [['--refresh-every', 'soon']],
    [['--timeout', '']],
    [['--client', '']],
  ])('refuses %j', (args) => {
    expect(parseOptions(args).outcome).toBe('usage');
  });

  it.each([
    'http://localhost:1',
    'http://127.0.0.2',
    'http://[::1]:1',
    'http://192.168.1.4',
    'http://[fd00::1]',
    'https://a.example',
  ])('takes %s', (issuer) => {
    expect(parseOptions(['--issuer', issuer]).outcome).toBe('run');
  });

  it.each([
    'http://id.example.org',
    'http://8.8.8.8',
    'http://172.32.0.1',
    'http://localhost.example.org',
    'http://[2001:db8::1]',
  ])('refuses %s without --insecure', (issuer) => {
    expect(parseOptions(['--issuer', issuer]).outcome).toBe('usage');
    expect(parseOptions(['--issuer', issuer, '--insecure']).outcome).toBe('run');
  });

  it('documents every exit code', () => {
    for (const code of Object.values(EXIT_CODES)) expect(HELP).toMatch(new RegExp(`^ +${code}  \\w`, 'm'));
  });
});

describe('finding the server', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  const endingAt = async (issuer: string) => {
    const parsed = parseOptions(['--issuer', issuer, '--once']);
    if (parsed.outcome !== 'run') throw new Error('bad options');
    return runDevice(parsed.options, fakeEnvironment({ requestTimeoutMs: 60_000 }));
  };
  const metadata = () =>
    server.answers['/.well-known/openid-configuration'] as { status?: number; body: unknown };

  it('says so when no server answers', async () => {
    await server.close();
    const ending = await endingAt(server.issuer);
    expect(ending.kind).toBe('unreachable');
    expect(ending.message).toContain('ECONNREFUSED');
    server = await startScriptedServer();
  });

  it.each([
    ['a web page', () => Object.assign(metadata(), { body: '<html>' })],
    ['not found', () => Object.assign(metadata(), { status: 404 })],
    ['another issuer', () => Object.assign(metadata().body as object, { issuer: 'http://localhost:3' })],
    [
      'no device flow',
      () => Object.assign(metadata().body as object, { device_authorization_endpoint: undefined }),
    ],
    [
      'an unsafe endpoint',
      () => Object.assign(metadata().body as object, { token_endpoint: 'http://8.8.8.8/token' }),
    ],
  ])('refuses %s', async (_, change) => {
    change();
    const ending = await endingAt(server.issuer);
    expect(ending.kind).toBe('unreachable');
    expect(ending.message).toContain('is not a Latchkey');
    expect(server.received).toEqual([]);
  });
});

describe('the screen', () => {
  const code: DeviceEvent = {
    event: 'code',
    user_code: 'WDJB-MJHT',
    verification_uri: 'http://localhost:3000/device',
    verification_uri_complete: 'http://localhost:3000/device?user_code=WDJB-MJHT',
    expires_in: 600,
    interval: 5,
  };

  function screen(interactive: boolean) {
    let text = '';
    const ticks: (() => void)[] = [];
    let time = 0;
    const report = createScreen({
      write: (more) => {
        text += more;
      },
      now: () => time,
      interactive,
      every: (_, tick) => {
        ticks.push(tick);
        return () => void ticks.splice(0);
      },
    });
    const pass = (ms: number) => {
      time += ms;
      for (const tick of ticks) tick();
    };
    return { report, pass, text: () => text, ticking: () => ticks.length };
  }

  it('shows address, code, QR and a countdown that ends with the wait', async () => {
    const { report, pass, text, ticking } = screen(true);
    await report(code);
    expect(text()).toContain('http://localhost:3000/device\n');
    expect(text()).toContain('WDJB-MJHT');
    expect(text()).toMatch(/[▀▄█]{5}/);
    expect(text()).toContain('10:00 left');
    pass(1_000);
    expect(text()).toContain('9:59 left');
    await report({ event: 'signed_in', name: 'Ada', email: 'ada@example.org' });
    expect(text()).toContain('Signed in as Ada (ada@example.org).');
    expect(ticking()).toBe(0);
  });

  it('leaves the line to the question after the code has expired', async () => {
    const { report, text, ticking } = screen(true);
    await report(code);
    await report({ event: 'code_expired' });
    expect(ticking()).toBe(0);
    expect(text()).toMatch(/The code expired\.\n$/);
  });

  it('writes plain text where it is not a terminal', async () => {
    const { report, text, ticking } = screen(false);
    await report(code);
    await report({ event: 'pending', expires_in: 595 });
    expect(text()).not.toContain('\x1b');
    expect(text()).toContain('The code is good for 10:00');
    expect(ticking()).toBe(0);
  });

  it('lets no server write escape sequences, in either form of output', async () => {
    const evil: DeviceEvent = { event: 'signed_in', name: 'A\x1b[2J\x9b1m\u202eda\n' };
    const { report, text } = screen(false);
    await report(evil);
    let line = '';
    await createJsonLines(
      (more) => (line = more),
      () => 0,
    )(evil);
    for (const output of [text().trimEnd(), line.trimEnd()]) expect(output).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(line)).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      event: 'signed_in',
      name: 'A [2J 1m da ',
    });
  });
});
