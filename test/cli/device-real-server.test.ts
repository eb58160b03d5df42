import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceEvent } from '../../src/cli/demo-device/event.ts';
import { parseOptions } from '../../src/cli/demo-device/options.ts';
import { runDevice } from '../../src/cli/demo-device/run.ts';
import { endsWithUs } from '../support/started-processes.ts';
import { fakeEnvironment } from './fake-environment.ts';
import { type PlainProvider, startPlainProvider } from './plain-provider.ts';

const CLI = fileURLToPath(new URL('../../src/cli/device.ts', import.meta.url));

let server: PlainProvider;
beforeEach(async () => {
  server = await startPlainProvider();
});
afterEach(() => server.close());

/** Runs the device; `owner` sees every event and acts on it. */
async function run(args: string[], owner: (event: DeviceEvent) => Promise<void>) {
  const parsed = parseOptions(['--issuer', server.issuer, ...args]);
  if (parsed.outcome !== 'run') throw new Error('bad options');
  const seen: DeviceEvent[] = [];
  const report = async (event: DeviceEvent) => {
    seen.push(event);
    await owner(event);
  };
  return { ending: await runDevice(parsed.options, fakeEnvironment({ report })), seen };
}

/** Starts the real command; its output comes as events, whatever it writes besides as text. */
function startCommand(args: string[], onEvent: (event: DeviceEvent) => Promise<void>) {
  const child = spawn(process.execPath, [CLI, '--issuer', server.issuer, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endsWithUs(child, 'demonstration device');
  const lines: string[] = [];
  const acting: Promise<void>[] = [];
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    acting.push(onEvent(JSON.parse(line) as DeviceEvent));
  });
  const ended = once(child, 'close').then(async ([exitCode]) => {
    await Promise.all(acting);
    return { exitCode: exitCode as number, lines, complaints };
  });
  return { child, ended };
}

describe('against an oidc-provider', () => {
  it('signs in, says who the owner is, refreshes, and notices that it was deregistered', async () => {
    let grantId = '';
    const { ending, seen } = await run(['--refresh-every', '1'], async (event) => {
      if (event.event === 'code') grantId = await server.approve(event.user_code);
      if (event.event === 'refreshed' && event.count === 2) await server.endGrant(grantId);
    });
    expect(ending.kind).toBe('deregistered');
    expect(seen).toContainEqual(
      expect.objectContaining({
        event: 'signed_in',
        sub: 'ada',
        name: 'Ada Example',
        email: 'ada@example.org',
      }),
    );
    expect(seen).toContainEqual({ event: 'refreshed', count: 2, rotated: true });
  });

  it('polls on while the owner does not decide, and stops when the owner says no', async () => {
    let userCode = '';
    const { ending, seen } = await run([], async (event) => {
      if (event.event === 'code') userCode = event.user_code;
      if (event.event === 'pending') await server.deny(userCode);
    });
    expect(ending.kind).toBe('denied');
    expect(seen.filter(({ event }) => event === 'pending')).toHaveLength(1);
  });

  it('takes itself off with --sign-out-on-exit', async () => {
    let grantId = '';
    const { ending } = await run(['--once', '--sign-out-on-exit'], async (event) => {
      if (event.event === 'code') grantId = await server.approve(event.user_code);
    });
    expect(ending.kind).toBe('done');
    expect(await server.grantExists(grantId)).toBe(false);
  });
});

describe('the command itself', () => {
  it('goes through the whole flow with --json --once, one object a line, and exits with 0', async () => {
    const { ended } = startCommand(['--once'], async (event) => {
      if (event.event === 'code') await server.approve(event.user_code);
    });
    const { exitCode, lines, complaints } = await ended;
    expect({ exitCode, complaints }).toEqual({ exitCode: 0, complaints: '' });
    expect(lines.map((line) => (JSON.parse(line) as DeviceEvent).event)).toEqual([
      'server_found',
      'code',
      'signed_in',
      'refreshed',
      'end',
    ]);
  });

  it('exits with 130 on SIGINT', async () => {
    const { child, ended } = startCommand([], async (event) => {
      if (event.event === 'code') child.kill('SIGINT');
    });
    const { exitCode, lines, complaints } = await ended;
    expect({ exitCode, complaints }).toEqual({ exitCode: 130, complaints: '' });
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'end', outcome: 'interrupted' });
  });
});
