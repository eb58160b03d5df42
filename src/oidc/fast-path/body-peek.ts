import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request and puts it back, so that the next reader finds it untouched.
 *
 * @param length what the request says its body has, in octets
 * @returns the body, or `undefined` when the connection broke before it was there
 */
export function peekBody(request: IncomingMessage, length: number): Promise<Buffer | undefined> {
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
      request.unshift(body);
      settle(body);
    };
    if (request.destroyed) return settle();
    request.on('readable', look);
    request.on('close', gone);
  });
}
