interface OwnProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ppid: number;
  on(signal: keyof typeof SIGNALS, listener: (signal: keyof typeof SIGNALS) => void): unknown;
  exit(code: number): unknown;
}

interface Stream {
  readonly isTTY?: boolean;
}

interface HangUpProcess {
  readonly env: OwnProcess['env'];
  readonly stdin: Stream;
  readonly stdout: Stream;
  readonly stderr: Stream;
}

/** SIGHUP: the terminal was closed, where there is one. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
/** Milliseconds in which a signal that comes again is the same Ctrl-C: the terminal sends it, and npm does so once more. */
const NPM_REPEATS = 1000;
/** Milliseconds between looks whether npm is still there. */
const PARENT_PAUSE = 250;

/**
 * Aborted when this process is asked to stop: by SIGTERM, SIGINT or SIGHUP, or because npm, which started it, is gone
 * (it passes on neither SIGHUP nor that it was killed). A second signal ends the process at once, with 128 and the
 * number of the signal.
 * @param options `hangUpStops`: SIGHUP is one of them; see `hangUpReloads`
 */
export function stopSignal(own: OwnProcess, { hangUpStops = true } = {}): AbortSignal {
  const stopping = new AbortController();
  const startedByNpm = own.env['npm_lifecycle_script']?.startsWith('exec node ') ?? false;
  let askedAt = Number.NEGATIVE_INFINITY;
  const onSignal = (name: keyof typeof SIGNALS) => {
    if (!stopping.signal.aborted) {
      askedAt = performance.now();
      stopping.abort();
      return;
    }
    if (startedByNpm && performance.now() - askedAt < NPM_REPEATS) return;
    own.exit(128 + SIGNALS[name]);
  };
  for (const name of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[])
    if (name !== 'SIGHUP' || hangUpStops) own.on(name, onSignal);
  if (startedByNpm) whenParentIsGone(own, () => stopping.abort());
  return stopping.signal;
}

/**
 * Whether SIGHUP has the files read anew, as it does of programs that serve: in production, and wherever no terminal is
 * there that could be closed.
 */
export function hangUpReloads({ env, ...streams }: HangUpProcess): boolean {
  const { stdin, stdout, stderr } = streams;
  return env['NODE_ENV'] === 'production' || ![stdin, stdout, stderr].some(({ isTTY }) => isTTY === true);
}

/** A process whose parent has ended is given another one. */
function whenParentIsGone(own: OwnProcess, gone: () => void): void {
  const parent = own.ppid;
  const look = setInterval(() => {
    if (own.ppid === parent) return;
    clearInterval(look);
    gone();
  }, PARENT_PAUSE);
  look.unref();
}

/** Resolves when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
