import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseOptions } from '../../src/cli/demo-device/options.ts';
import { pauseSeconds } from '../../src/cli/demo-device/refresh.ts';
import { runDevice } from '../../src/cli/demo-device/run.ts';
import { type FakeEnvironment, fakeEnvironment } from './fake-environment.ts';
import { oauthError, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;
let around: FakeEnvironment;
beforeEach(async () => {
  server = await startScriptedServer();
  around = fakeEnvironment();
});
afterEach(() => server.close());

async function run(args: string[], environment = around) {
  const parsed = parseOptions(['--issuer', server.issuer, ...args]);
  if (parsed.outcome !== 'run') throw new Error('bad options');
  return runDevice(parsed.options, environment);
}

const refreshes = () =>
  server.received
    .filter(({ form }) => form['grant_type'] === 'refresh_token')
    .map(({ form }) => form['refresh_token']);

describe('who it is signed in as', () => {
  it('says the name after the ID token was verified', async () => {
    server.script.push('tokens', 'tokens');
    expect((await run(['--once'])).kind).toBe('done');
    expect(around.events).toContainEqual({
      event: 'signed_in',
      sub: 'owner',
      name: 'Ada Example',
      email: 'ada@example.org',
      scope: 'openid',
    });
  });

  it.each([
    ['another issuer', { iss: 'http://127.0.0.1:9' }],
    ['another audience', { aud: 'somebody-else' }],
    ['another authorized party', { aud: ['demo-device', 'x'], azp: 'x' }],
  ])('refuses an ID token of %s', async (_, claims) => {
    Object.assign(server.idToken.claims, claims);
    server.script.push('tokens');
    const ending = await run(['--once']);
    expect(ending.kind).toBe('protocol-error');
    expect(ending.message).toContain('ID token');
  });

  it('refuses an expired ID token', async () => {
    const late = fakeEnvironment({ now: () => Date.now() + 2 * 3_600_000, sleep: async () => {} });
    Object.assign(server.answers['/device/auth']?.body as object, { expires_in: 7200 });
    server.script.push('tokens');
    expect((await run(['--once'], late)).message).toContain('exp');
  });

  it('refuses an ID token signed by a key that is not published', async () => {
    server.answers['/jwks'] = { body: { keys: [] } };
    server.script.push('tokens');
    expect((await run(['--once'])).message).toContain('ID token');
  });

  it('keeps its tokens when the keys of the server cannot be fetched just then', async () => {
    const keys = server.answers['/jwks'];
    server.answers['/jwks'] = { status: 503, body: undefined };
    const watching: FakeEnvironment = fakeEnvironment({
      report: async (event) => {
        watching.events.push(event);
        if (event.event === 'unavailable' && keys) server.answers['/jwks'] = keys;
      },
    });
    server.script.push('tokens', 'tokens');
    expect((await run(['--once'], watching)).kind).toBe('done');
    expect(watching.events.map(({ event }) => event)).toEqual([
      'server_found',
      'code',
      'unavailable',
      'signed_in',
      'refreshed',
      'end',
    ]);
  });

  it('says so when the server has no keys to show', async () => {
    server.answers['/jwks'] = { body: '<html>' };
    server.script.push('tokens');
    expect((await run(['--once'])).message).toContain("Something is wrong with the server's keys");
  });

  it('says that it was deregistered when userinfo no longer takes its key', async () => {
    server.answers['/me'] = { status: 401, body: { error: 'invalid_token' } };
    server.script.push('tokens');
    expect((await run(['--once'])).kind).toBe('deregistered');
  });

  it('refuses userinfo about another owner', async () => {
    server.answers['/me'] = { body: { sub: 'intruder' } };
    server.script.push('tokens');
    expect((await run(['--once'])).kind).toBe('protocol-error');
  });
});

describe('refreshing', () => {
  it('always uses the newest refresh token, until it is deregistered', async () => {
    server.script.push('tokens', 'tokens', 'tokens', oauthError('invalid_grant'));
    expect((await run([])).kind).toBe('deregistered');
    expect(refreshes()).toEqual(['secret-refresh-1', 'secret-refresh-2', 'secret-refresh-3']);
    expect(around.waits).toEqual([5_000, 30_000, 30_000, 30_000]);
  });

  it('keeps the old refresh token when the answer brings none', async () => {
    const access = { access_token: 'a', token_type: 'Bearer', expires_in: 60 };
    server.script.push('tokens', { body: access }, oauthError('invalid_grant'));
    await run(['--refresh-every', '3']);
    expect(refreshes()).toEqual(['secret-refresh-1', 'secret-refresh-1']);
    expect(around.waits).toEqual([5_000, 3_000, 3_000]);
  });

  it('asks again with the old one, ever more slowly, when the answer is lost', async () => {
    const busy = { status: 503, headers: { 'retry-after': '30' } };
    server.script.push('tokens', 'hang-up', 'hang-up', busy, 'tokens', oauthError('invalid_grant'));
    expect((await run(['--refresh-every', '100'])).kind).toBe('deregistered');
    const [old, newest] = ['secret-refresh-1', 'secret-refresh-2'];
    expect(refreshes()).toEqual([old, old, old, old, newest]);
    expect(around.waits.map((ms) => ms / 1000)).toEqual([5, 100, 1, 2, 30, 100]);
  });

  it('gives up after a while with --once', async () => {
    server.script.push('tokens');
    expect((await run(['--once'])).kind).toBe('unreachable');
    expect(refreshes()).toHaveLength(8);
  });

  it('refuses a refreshed ID token of another owner', async () => {
    server.script.push('tokens', 'tokens');
    const watching = fakeEnvironment({
      report: async ({ event }) => {
        if (event === 'signed_in') Object.assign(server.idToken.claims, { sub: 'intruder' });
      },
    });
    expect((await run(['--once'], watching)).message).toContain('somebody else');
  });

  it('has an end with a reason when there is no refresh token', async () => {
    const tokens = { access_token: 'a', token_type: 'Bearer' };
    server.script.push({ body: tokens }, { body: tokens });
    expect((await run(['--scope', 'files'])).kind).toBe('done');
    expect((await run(['--scope', 'files offline_access'])).kind).toBe('protocol-error');
  });

  it('refreshes every half minute, so that its owner sees soon that it was removed, or before a shorter token expires', () => {
    expect(pauseSeconds(600, undefined, false)).toBe(30);
    expect(pauseSeconds(20, undefined, false)).toBe(18);
    expect(pauseSeconds(0, undefined, false)).toBe(1);
    expect(pauseSeconds(undefined, undefined, false)).toBe(30);
    expect(pauseSeconds(90 * 86_400, undefined, false)).toBe(30);
    expect(pauseSeconds(600, 5, true)).toBe(5);
    expect(pauseSeconds(600, undefined, true)).toBe(0);
  });
});

describe('stopping', () => {
  const stopAtRefresh = () => {
    const watching: FakeEnvironment = fakeEnvironment({
      report: async (event) => {
        watching.events.push(event);
        if (event.event === 'refreshed') watching.stop();
      },
    });
    return watching;
  };

  it('says how to take the device off', async () => {
    server.script.push('tokens', 'tokens');
    const ending = await run([], stopAtRefresh());
    expect(ending.kind).toBe('interrupted');
    expect(ending.message).toContain(`${server.issuer}/account/devices`);
  });

  it('gives the newest key back with --sign-out-on-exit', async () => {
    server.script.push('tokens', 'tokens');
    const watching = stopAtRefresh();
    const ending = await run(['--sign-out-on-exit'], watching);
    expect(ending).toEqual({ kind: 'interrupted', message: 'Stopped.' });
    expect(server.received.at(-1)).toEqual({
      path: '/token/revocation',
      form: { token: 'secret-refresh-2', token_type_hint: 'refresh_token', client_id: 'demo-device' },
    });
    expect(watching.events.map(({ event }) => event)).toContain('signed_out');
  });

  it('says so when the key could not be given back', async () => {
    server.script.push('tokens', 'tokens');
    server.answers['/token/revocation'] = { status: 503, body: undefined };
    const ending = await run(['--once', '--sign-out-on-exit']);
    expect(ending.kind).toBe('done');
    expect(ending.message).toContain('still linked');
    expect(around.events.map(({ event }) => event)).toContain('sign_out_failed');
  });
});

describe('what is printed', () => {
  it('contains no token and no device_code, not even when the server repeats them', async () => {
    server.script.push('tokens', oauthError('invalid_request', 'bad token secret-refresh-1 in request'));
    await run([]);
    server.script.push(oauthError('invalid_request', 'bad secret-device-code'));
    await run([]);
    const printed = JSON.stringify(around.events);
    expect(printed).toContain('[hidden]');
    expect(printed).toContain('WDJB-MJHT');
    expect(printed).not.toContain('secret-');
    expect(printed).not.toContain('eyJ');
  });
});
