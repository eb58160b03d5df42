import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request and puts it back, so that the next reader finds it untouched, or as `change` has made it.
 *
 * @param length what the request says its body has, in octets
 * @param change from the body to what the next reader finds; the header says its length then
 * @returns the body as it was put back, or `undefined` when the connection broke before it was there
 */
export function peekBody(
  request: IncomingMessage,
  length: number,
  change?: (body: Buffer) => Buffer,
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const settle = (body?: Buffer) => {
      request.off('readable', look);
      request.off('close', gone);
      resolve(body);
    };
    const gone = () => settle();
    const look = () => {
      const body = request.read(length) as Buffer | null;
      if (!body) return;
      // At once, within the same event: a stream whose end has been told takes nothing back.
      const left = change?.(body) ?? body;
      request.unshift(left);
      if (left !== body) request.headers['content-length'] = String(left.length);
      settle(left);
    };
    if (request.destroyed) return settle();
    request.on('readable', look);
    request.on('close', gone);
  });
}
