/** How a run of the demonstration device can end, with its exit code. Scripts rely on them; `--help` lists them. */
export const EXIT_CODES = Object.freeze({
  done: 0,
  usage: 2,
  denied: 3,
  'code-expired': 4,
  deregistered: 5,
  unreachable: 6,
  'protocol-error': 7,
  interrupted: 130,
});

export type EndingKind = keyof typeof EXIT_CODES;

export interface Ending {
  readonly kind: EndingKind;
  /** One or more sentences for the person in front of the device. */
  readonly message: string;
}

/** Thrown by any step after which there is nothing more to do. */
export class RunEnded extends Error {
  readonly kind: EndingKind;

  constructor(kind: EndingKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
