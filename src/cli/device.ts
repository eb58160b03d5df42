/** Process entry of `npm run device`: arguments, signals, exit code. What the device does is in demo-device/. */
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { stopSignal } from '../server/stop-signal.ts';
import { EXIT_CODES } from './demo-device/ending.ts';
import type { Environment } from './demo-device/environment.ts';
import { HELP } from './demo-device/help.ts';
import { createJsonLines } from './demo-device/json-lines.ts';
import { type DeviceOptions, parseOptions } from './demo-device/options.ts';
import { runDevice } from './demo-device/run.ts';
import { createScreen } from './demo-device/screen.ts';

const write = (text: string) => {
  process.stdout.write(text);
};

const parsed = parseOptions(process.argv.slice(2));
if (parsed.outcome === 'help') write(HELP);
else if (parsed.outcome === 'usage') {
  process.stderr.write(`${parsed.message}\nTry: npm run device -- --help\n`);
  process.exitCode = EXIT_CODES.usage;
} else {
  const ending = await runDevice(parsed.options, realEnvironment(parsed.options));
  process.exitCode = EXIT_CODES[ending.kind];
}

function realEnvironment(options: DeviceOptions): Environment {
  const interactive = process.stdout.isTTY === true;
  const now = () => Date.now();
  const canAsk = interactive && process.stdin.isTTY === true && !options.json && !options.once;
  return {
    now,
    sleep: async (ms, signal) => delay(ms, undefined, { signal }),
    fetch,
    report: options.json
      ? createJsonLines(write, now)
      : createScreen({ write, now, interactive, every: repeat }),
    signal: stopped(),
    requestTimeoutMs: options.requestTimeout * 1000,
    ...(canAsk ? { askForNewCode } : {}),
  };
}

/** Aborted by the first Ctrl-C (or another signal, or a reader that has gone); a second Ctrl-C ends the process at once. */
function stopped(): AbortSignal {
  const unread = new AbortController();
  process.stdout.on('error', () => unread.abort());
  return AbortSignal.any([stopSignal(process), unread.signal]);
}

function repeat(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
}

/** True when Enter is pressed, false at the end of input or on a stop. */
async function askForNewCode(signal: AbortSignal): Promise<boolean> {
  write('Press Enter for a new one, Ctrl-C to stop. ');
  // Not in terminal mode, in which readline would swallow Ctrl-C.
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    return await new Promise<boolean>((resolve) => {
      lines.once('line', () => resolve(true));
      lines.once('close', () => resolve(false));
      signal.addEventListener('abort', () => resolve(false), { once: true });
    });
  } finally {
    lines.close();
    process.stdin.pause();
  }
}
