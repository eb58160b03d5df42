/** How a command ends: what it says, and the exit code that tells programs. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  usage: 2,
  'not-found': 3,
  refused: 4,
  'not-confirmed': 5,
  unavailable: 6,
} as const;

export interface Ending {
  readonly outcome: keyof typeof EXIT_CODES;
  /** For people; may have several lines. */
  readonly message: string;
  /** For programs (`--json`): what the message says, in fields. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export const done = (message: string, data: Ending['data'] = {}): Ending => ({
  outcome: 'done',
  message,
  data,
});
