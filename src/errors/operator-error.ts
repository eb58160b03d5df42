/**
 * What the operator, or the developer at this machine, can mend: the message says what is wrong and what to do. It has
 * no stack trace, wherever it is shown, since where it was thrown does not help the operator to mend it.
 */
export class OperatorError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    this.stack = this.message;
  }
}
