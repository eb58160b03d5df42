import { OperatorError } from '../errors/operator-error.ts';

export interface WorkerEnd {
  readonly code: number | null;
  /** That ended it, or why the system did not start it (`EAGAIN`). */
  readonly signal: string | null;
}

/** No worker serves, and another try would end as the last did. */
export class WorkersFailed extends OperatorError {
  readonly exitCode: number;

  /** @param hasServed the last one, before it ended */
  constructor({ code, signal }: WorkerEnd, hasServed: boolean) {
    super(
      hasServed || code === null
        ? `Workers end again and again soon after they have started, and none serves; the last by ${signal ?? code}.`
        : `A worker ended with ${code} before it served, and no other one serves. What it said above says why.`,
    );
    this.exitCode = hasServed ? 1 : code || 1;
  }
}
