import type { Configuration } from 'openid-client';
import { linkByApp } from './companion.ts';
import { codeEvent, requestDeviceCode } from './device-code.ts';
import { discover } from './discovery.ts';
import { type Ending, EXIT_CODES, RunEnded } from './ending.ts';
import type { Environment } from './environment.ts';
import { linkByKey } from './link-key.ts';
import type { DeviceOptions } from './options.ts';
import { pollForTokens, type Tokens } from './poll.ts';
import { type HeldKey, keepRefreshing } from './refresh.ts';
import { unexpected } from './refusal.ts';
import { greetOwner } from './sign-in.ts';
import { signOut } from './sign-out.ts';

/** With --once the person who started it waits for the end: about two minutes of an unreachable server are enough. */
const ATTEMPTS_ONCE = 8;

/** What the run has in hand, wherever it is stopped. */
interface InHand extends HeldKey {
  server?: Configuration;
}

/** The whole life of the demonstration device: find the server, be linked, sign in, keep refreshing, say how it ended. */
export async function runDevice(options: DeviceOptions, around: Environment): Promise<Ending> {
  const inHand: InHand = {};
  const ending = await untilStopped(options, around, inHand);
  const signedOut = options.signOutOnExit && (await giveBack(around, inHand));
  const linked = inHand.refreshToken !== undefined && !signedOut;
  const message = linked ? `${ending.message} ${howToTakeOff(options)}` : ending.message;
  await around.report({ event: 'end', outcome: ending.kind, exit_code: EXIT_CODES[ending.kind], message });
  return { ...ending, message };
}

async function untilStopped(options: DeviceOptions, around: Environment, inHand: InHand): Promise<Ending> {
  try {
    return await live(options, around, inHand);
  } catch (error) {
    if (around.signal.aborted) return { kind: 'interrupted', message: 'Stopped.' };
    if (error instanceof RunEnded) return { kind: error.kind, message: error.message };
    throw error;
  }
}

async function live(options: DeviceOptions, around: Environment, inHand: InHand): Promise<Ending> {
  const attempts = options.once ? ATTEMPTS_ONCE : Number.POSITIVE_INFINITY;
  const server = await discover(around, options);
  inHand.server = server;
  await around.report({ event: 'server_found', issuer: server.serverMetadata().issuer });
  const tokens = await wayOf(options)(around, server, options);
  if (tokens.refresh_token !== undefined) inHand.refreshToken = tokens.refresh_token;
  const subject = await greetOwner(around, server, options, tokens, attempts);
  if (tokens.refresh_token === undefined) return withoutRefreshToken(options);
  return keepRefreshing(around, { server, options, subject, attempts }, tokens, inHand);
}

function wayOf({ companion, keyFile }: DeviceOptions): typeof linkByCode {
  if (companion) return linkByApp;
  return keyFile === undefined ? linkByCode : linkByKey;
}

/** Shows codes until one is confirmed, denied, or has expired and no new one is wanted. */
async function linkByCode(
  around: Environment,
  server: Configuration,
  options: DeviceOptions,
): Promise<Tokens> {
  for (;;) {
    const code = await requestDeviceCode(around, server, options);
    await around.report(codeEvent(code, around.now()));
    try {
      return await pollForTokens(around, server, code);
    } catch (error) {
      if (!(error instanceof RunEnded) || error.kind !== 'code-expired') throw error;
      await around.report({ event: 'code_expired' });
      // RFC 8628 section 3.5: a new code only when a person asks for it, or a forgotten device would ask for ever.
      const again = (await around.askForNewCode?.(around.signal)) ?? false;
      if (!again) throw error;
    }
  }
}

function withoutRefreshToken(options: DeviceOptions): Ending {
  if (options.scope.split(' ').includes('offline_access')) {
    throw unexpected('the key', 'offline_access was asked for and no refresh token came');
  }
  return {
    kind: 'done',
    message: 'Signed in. There is nothing to refresh: offline_access was not asked for.',
  };
}

async function giveBack(around: Environment, inHand: InHand): Promise<boolean> {
  if (inHand.refreshToken === undefined || inHand.server === undefined) return false;
  // Ctrl-C has aborted the run's own signal; this last request has one of its own.
  const lastWish = { ...around, signal: new AbortController().signal };
  return signOut(lastWish, inHand.server, inHand.refreshToken);
}

function howToTakeOff(options: DeviceOptions): string {
  return (
    `This device is still linked: take it off at ${options.issuer}/account/devices, ` +
    'or let it take itself off with --sign-out-on-exit.'
  );
}
