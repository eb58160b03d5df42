import { codeEvent, type DeviceCode, requestDeviceCode } from './device-code.ts';
import { discover, type Metadata } from './discovery.ts';
import { type Ending, EXIT_CODES, type Step } from './ending.ts';
import type { DeviceOptions } from './options.ts';
import { pollForTokens } from './poll.ts';
import { type HeldKey, keepRefreshing } from './refresh.ts';
import { unexpected } from './refusal.ts';
import { greetOwner } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import type { Surroundings } from './surroundings.ts';
import type { Tokens } from './tokens.ts';

/** With --once somebody waits for the end: about two minutes of an unreachable server are enough. */
const ATTEMPTS_ONCE = 8;

/** What the run has in hand, wherever it is stopped. */
interface InHand extends HeldKey {
  metadata?: Metadata;
}

/** The whole life of the demonstration device: find the server, show a code, sign in, keep refreshing, say how it ended. */
export async function runDevice(options: DeviceOptions, around: Surroundings): Promise<Ending> {
  const inHand: InHand = {};
  const ending = await untilStopped(options, around, inHand);
  const signedOut = options.signOutOnExit && (await giveBack(options, around, inHand));
  const linked = inHand.refreshToken !== undefined && !signedOut;
  const message = linked ? `${ending.message} ${howToTakeOff(options)}` : ending.message;
  await around.report({ event: 'end', outcome: ending.kind, exit_code: EXIT_CODES[ending.kind], message });
  return { ...ending, message };
}

async function untilStopped(options: DeviceOptions, around: Surroundings, inHand: InHand): Promise<Ending> {
  try {
    return await live(options, around, inHand);
  } catch (error) {
    if (!around.signal.aborted) throw error;
    return { kind: 'interrupted', message: 'Stopped.' };
  }
}

async function live(options: DeviceOptions, around: Surroundings, inHand: InHand): Promise<Ending> {
  const attempts = options.once ? ATTEMPTS_ONCE : Number.POSITIVE_INFINITY;
  const found = await discover(around, options.issuer, options.insecure);
  if (!found.ok) return found.ending;
  const metadata = found.value;
  inHand.metadata = metadata;
  await around.report({ event: 'server_found', issuer: metadata.issuer });
  const linked = await link(options, around, metadata);
  if (!linked.ok) return linked.ending;
  const tokens = linked.value;
  if (tokens.refresh_token !== undefined) inHand.refreshToken = tokens.refresh_token;
  const greeted = await greetOwner(around, metadata, options, tokens, attempts);
  if (!greeted.ok) return greeted.ending;
  if (tokens.refresh_token === undefined) return withoutRefreshToken(options);
  return keepRefreshing(around, { metadata, options, subject: greeted.value, attempts }, tokens, inHand);
}

/** Shows codes until one is confirmed, denied, or has expired with nobody wanting another. */
async function link(options: DeviceOptions, around: Surroundings, metadata: Metadata): Promise<Step<Tokens>> {
  for (;;) {
    const code = await requestDeviceCode(around, metadata, options);
    if (!code.ok) return code;
    const polled = await showAndPoll(options, around, metadata, code.value);
    if (polled.ok || polled.ending.kind !== 'code-expired') return polled;
    await around.report({ event: 'code_expired' });
    // RFC 8628 section 3.5: a new code only on somebody's wish, or a forgotten device would ask for ever.
    const again = (await around.askForNewCode?.(around.signal)) ?? false;
    around.signal.throwIfAborted();
    if (!again) return polled;
  }
}

async function showAndPoll(
  options: DeviceOptions,
  around: Surroundings,
  metadata: Metadata,
  code: DeviceCode,
): Promise<Step<Tokens>> {
  await around.report(codeEvent(code, around.now()));
  return pollForTokens(around, metadata, options.clientId, code);
}

function withoutRefreshToken(options: DeviceOptions): Ending {
  if (options.scope.split(' ').includes('offline_access')) {
    return unexpected('the key', 'offline_access was asked for and no refresh token came').ending;
  }
  return {
    kind: 'done',
    message: 'Signed in. There is nothing to refresh: offline_access was not asked for.',
  };
}

async function giveBack(options: DeviceOptions, around: Surroundings, inHand: InHand): Promise<boolean> {
  if (inHand.refreshToken === undefined || inHand.metadata === undefined) return false;
  // Ctrl-C has aborted the run's own signal; this last request has one of its own.
  const lastWish = { ...around, signal: new AbortController().signal };
  return signOut(lastWish, inHand.metadata, options.clientId, inHand.refreshToken);
}

function howToTakeOff(options: DeviceOptions): string {
  return (
    `This device is still linked: take it off at ${options.issuer}/account/devices, ` +
    'or let it take itself off with --sign-out-on-exit.'
  );
}
