import { terminalQr } from '../../dev/terminal-qr.ts';
import { type DeviceEvent, printableEvent } from './event.ts';
import { isThisComputer } from './transport.ts';

interface ScreenSettings {
  readonly write: (text: string) => void;
  readonly now: () => number;
  /** Whether lines can be overwritten and coloured. */
  readonly interactive: boolean;
  /** Calls `tick` every `ms` milliseconds until the function it returns is called. */
  readonly every: (ms: number, tick: () => void) => () => void;
}

type CodeEvent = Extract<DeviceEvent, { event: 'code' }>;

/** Reports events to a person: address, code and QR, a countdown, and one sentence for everything else. */
export function createScreen(settings: ScreenSettings): (event: DeviceEvent) => Promise<void> {
  let stopCountdown: (() => void) | undefined;
  const quiet = () => {
    stopCountdown?.();
    stopCountdown = undefined;
  };
  return async (raw) => {
    const event = printableEvent(raw);
    // While the code is valid the countdown says it all.
    if (event.event === 'pending') return;
    if (event.event !== 'code') {
      if (event.event !== 'slow_down' && event.event !== 'unavailable') quiet();
      settings.write(`${settings.interactive ? '\r\x1b[K' : ''}${sentence(event, settings.now())}\n`);
      return;
    }
    quiet();
    settings.write(await codeScreen(event, settings.interactive));
    if (settings.interactive) stopCountdown = countDown(settings, event.expires_in);
  };
}

function sentence(event: Exclude<DeviceEvent, CodeEvent | { event: 'pending' }>, now: number): string {
  switch (event.event) {
    case 'server_found':
      return `Linking this device with ${event.issuer}`;
    case 'key_used':
      return 'The server has taken the key, so there is nothing to confirm. If it was for one device, it is used up: delete the file.';
    case 'app':
      return appScreen(event.address);
    case 'pushed':
      return 'The app told the device to begin, and the device has asked the server itself. Your browser shows it now: confirm there that it is you, if it asks, then say yes.';
    case 'handed_over':
      return 'The browser has brought the answer to the app, and the app has handed its code to the device.';
    case 'code_expired':
      return 'The code expired.';
    case 'slow_down':
      return `The server asks for patience: asking every ${event.interval} seconds from now on.`;
    case 'unavailable':
      return `Waiting for ${event.what}: ${event.reason}. Trying again in ${Math.ceil(event.retry_in)} seconds.`;
    case 'signed_in':
      return `Signed in${owner(event)}.`;
    case 'refreshed':
      return `${clockTime(now)}  Refreshed (${event.count}).`;
    case 'next_refresh':
      return `${clockTime(now)}  Next refresh in ${event.in} seconds. Ctrl-C stops the device.`;
    case 'signed_out':
      return 'The key was given back: this device is off the list.';
    case 'sign_out_failed':
    case 'end':
      return event.message;
  }
}

/** An owner sees what to do without knowing what a companion is. */
function appScreen(address: string): string {
  return [
    '\nThis device has no screen and no keys: the app of its maker sets it up. This command plays both, device and app.',
    'To add the device, open its app in a browser on this computer\n',
    `    ${address}\n`,
    'and choose Add this device. The code that the app hears opens nothing without a secret that stays in the device.\n',
  ].join('\n');
}

function owner({ name, email, sub }: Extract<DeviceEvent, { event: 'signed_in' }>): string {
  const who = name ?? email ?? sub;
  if (who === undefined) return '';
  return name !== undefined && email !== undefined ? ` as ${name} (${email})` : ` as ${who}`;
}

async function codeScreen(event: CodeEvent, interactive: boolean): Promise<string> {
  const complete = event.verification_uri_complete;
  const qr = complete === undefined ? '' : `\n${await terminalQr(complete, interactive)}\n`;
  const hint =
    complete !== undefined && isThisComputer(complete)
      ? '  (This address works on this computer only, so use a browser here rather than a phone.)\n'
      : '';
  // RFC 8628 section 3.3.1: address and code stay on the screen beside the QR, to type or to compare.
  return [
    '\nTo link this device, open in a browser\n',
    `    ${event.verification_uri}\n`,
    'and enter the code\n',
    `    ${interactive ? `\x1b[1m${event.user_code}\x1b[0m` : event.user_code}`,
    `${qr}${hint}`,
    interactive ? '' : `The code is good for ${minutes(event.expires_in)}.\n`,
  ].join('\n');
}

function countDown({ write, now, every }: ScreenSettings, seconds: number): () => void {
  const end = now() + seconds * 1000;
  const draw = () =>
    write(
      `\r\x1b[KWaiting for you to confirm: ${minutes(Math.max(0, Math.round((end - now()) / 1000)))} left`,
    );
  draw();
  return every(1000, draw);
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function clockTime(now: number): string {
  return new Date(now).toTimeString().slice(0, 8);
}
