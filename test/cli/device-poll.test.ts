import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../src/cli/demo-device/environment.ts';
import { parseOptions } from '../../src/cli/demo-device/options.ts';
import { runDevice } from '../../src/cli/demo-device/run.ts';
import { fakeEnvironment } from './fake-environment.ts';
import { oauthError, pending, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const slowDown = oauthError('slow_down');

async function run(args: string[] = ['--once'], overrides: Partial<Environment> = {}) {
  const parsed = parseOptions(['--issuer', server.issuer, ...args]);
  if (parsed.outcome !== 'run') throw new Error('bad options');
  const around = fakeEnvironment(overrides);
  const ending = await runDevice(parsed.options, around);
  return { around, ending, seconds: around.waits.map((ms) => ms / 1000) };
}

describe('asking for a code (RFC 8628 section 3.1)', () => {
  it('sends client_id, scope and what the device says about itself', async () => {
    server.script.push(oauthError('access_denied'));
    await run(['--client', 'tv', '--scope', 'openid', '--name', 'Den', '--type', 'tv', '--model', 'X1']);
    expect(server.received[0]).toEqual({
      path: '/device/auth',
      form: { client_id: 'tv', scope: 'openid', device_name: 'Den', device_type: 'tv', device_model: 'X1' },
    });
  });

  it('names an unknown client', async () => {
    server.answers['/device/auth'] = { status: 401, body: { error: 'invalid_client' } };
    const { ending } = await run();
    expect(ending.kind).toBe('protocol-error');
    expect(ending.message).toContain('does not know this client');
  });
});

describe('polling (RFC 8628 section 3.5)', () => {
  it('waits 5 seconds between polls when the server names no interval', async () => {
    server.script.push(pending, pending, 'tokens', 'tokens');
    const { ending, seconds } = await run();
    expect(ending.kind).toBe('done');
    expect(seconds).toEqual([5, 5, 5]);
    expect(server.received[1]?.form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'secret-device-code',
      client_id: 'demo-device',
    });
  });

  it('keeps to the interval of the server', async () => {
    Object.assign(server.answers['/device/auth']?.body as object, { interval: 7 });
    server.script.push(pending, oauthError('access_denied'));
    expect((await run()).seconds).toEqual([7, 7]);
  });

  it('adds 5 seconds on each slow_down, for good', async () => {
    server.script.push(pending, slowDown, pending, slowDown, pending, oauthError('access_denied'));
    expect((await run()).seconds).toEqual([5, 5, 10, 10, 15, 15]);
  });

  it('takes slow_down with status 429 for slow_down', async () => {
    server.script.push({ status: 429, body: { error: 'slow_down' } }, oauthError('access_denied'));
    expect((await run()).seconds).toEqual([5, 10]);
  });

  it('doubles the wait on each broken connection, time-out and 5xx, and recovers', async () => {
    server.script.push(
      'hang-up',
      'silence',
      { status: 500, body: '<p>oops</p>' },
      pending,
      oauthError('access_denied'),
    );
    const { seconds, ending } = await run(['--once'], { requestTimeoutMs: 200 });
    expect(seconds).toEqual([5, 10, 20, 40, 5]);
    expect(ending.kind).toBe('denied');
  });

  it('keeps what slow_down added through an outage', async () => {
    server.script.push(slowDown, { status: 503 }, pending, oauthError('access_denied'));
    expect((await run()).seconds).toEqual([5, 10, 20, 10]);
  });

  it('honours Retry-After where it asks for more, in seconds or as a date', async () => {
    const date = new Date(Date.now() + 100_000).toUTCString();
    const later = (value: string) => ({ status: 503, headers: { 'retry-after': value } });
    server.script.push(later('90'), later('1'), oauthError('access_denied'));
    expect((await run()).seconds).toEqual([5, 90, 20]);
    server.script.push(later(date), oauthError('access_denied'));
    const wait = (await run()).seconds[1] ?? 0;
    expect(wait).toBeGreaterThan(90);
    expect(wait).toBeLessThanOrEqual(100);
  });

  it('gives up an unreachable server when the code expires, never later', async () => {
    const { ending, seconds } = await run();
    expect(seconds).toEqual([5, 10, 20, 40, 60, 60, 60, 45]);
    expect(ending.kind).toBe('code-expired');
  });

  it.each([
    ['access_denied', 'denied'],
    ['expired_token', 'code-expired'],
    ['invalid_grant', 'protocol-error'],
    ['some_other_error', 'protocol-error'],
  ])('stops at once on %s', async (error, kind) => {
    server.script.push(oauthError(error), 'tokens');
    const { ending, around } = await run();
    expect(ending.kind).toBe(kind);
    expect(server.script).toEqual(['tokens']);
    expect(around.events.at(-1)).toMatchObject({ event: 'end', outcome: kind });
  });

  it('stops on a redirect and on a web page instead of following them with the code', async () => {
    server.script.push({ status: 302, headers: { location: `${server.issuer}/token` } });
    expect((await run()).ending.kind).toBe('protocol-error');
    server.script.push({ status: 200, body: '<html>' });
    expect((await run()).ending.kind).toBe('protocol-error');
    expect(server.received.filter(({ path }) => path === '/token')).toHaveLength(2);
  });

  it('asks for a new code only when a person wants one', async () => {
    const wishes = [true, false];
    server.script.push(oauthError('expired_token'), oauthError('expired_token'));
    const { ending } = await run([], { askForNewCode: async () => wishes.shift() ?? false });
    expect(ending.kind).toBe('code-expired');
    expect(server.received.filter(({ path }) => path === '/device/auth')).toHaveLength(2);
  });

  it('stops when it is interrupted, with nothing to take off yet', async () => {
    const around = fakeEnvironment();
    server.script.push(pending);
    const { ending } = await run([], {
      signal: around.signal,
      report: async ({ event }) => {
        if (event === 'pending') around.stop();
      },
    });
    expect(ending).toEqual({ kind: 'interrupted', message: 'Stopped.' });
  });
});
