/** How a run of the demonstration device can end. Scripts rely on the exit codes; `--help` lists them. */
export type EndingKind =
  | 'done'
  | 'usage'
  | 'denied'
  | 'code-expired'
  | 'deregistered'
  | 'unreachable'
  | 'protocol-error'
  | 'interrupted';

export interface Ending {
  readonly kind: EndingKind;
  /** One or more sentences for the person in front of the device. */
  readonly message: string;
}

/** The result of one step: either it went well, or the run is over. */
export type Step<T> = { readonly ok: true; readonly value: T } | Ended;

export interface Ended {
  readonly ok: false;
  readonly ending: Ending;
}

export const EXIT_CODES: Readonly<Record<EndingKind, number>> = Object.freeze({
  done: 0,
  usage: 2,
  denied: 3,
  'code-expired': 4,
  deregistered: 5,
  unreachable: 6,
  'protocol-error': 7,
  interrupted: 130,
});

export function went<T>(value: T): Step<T> {
  return { ok: true, value };
}

export function ended(kind: EndingKind, message: string): Ended {
  return { ok: false, ending: { kind, message } };
}
