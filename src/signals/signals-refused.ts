/** Thrown where a call of a receiver ends. */
export class SignalsRefused extends Error {
  readonly status: number;
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: string, description: string, headers: Record<string, string> = {}) {
    super(description);
    this.name = 'SignalsRefused';
    this.status = status;
    this.error = error;
    this.headers = headers;
  }
}

export const invalid = (description: string) => new SignalsRefused(400, 'invalid_request', description);

/** Also where it is another client's. */
export const noStream = () => new SignalsRefused(404, 'not_found', 'There is no such stream');

/** Its receiver neither ends that nor makes another one. */
export const pausedByOperator = () =>
  new SignalsRefused(403, 'access_denied', 'The operator of this server has paused the stream');
