import type { IncomingMessage } from 'node:http';
import { RequestValue } from '../../net/request-value.ts';

const taken = new RequestValue<Buffer>();

/**
 * Takes the body of a request, to be put back where the library has to read it.
 * @param length what the request says its body has, in octets
 * @returns `undefined` when the connection broke before it was there
 */
export async function takeBody(request: IncomingMessage, length: number): Promise<Buffer | undefined> {
  // What has come together with the head is there when the turn of the parser is over.
  await undefined;
  const body = (request.read(length) as Buffer | null) ?? (await comingBody(request, length));
  if (body) taken.set(request, body);
  return body;
}

/** Puts back what was taken, so that the next reader finds the request as it came. */
export function putBodyBack(request: IncomingMessage): void {
  const body = taken.get(request);
  // A stream of which exactly what it has was read has not told its end, and takes it back.
  if (body) request.unshift(body);
}

/**
 * Reads the body of a request and puts it back as `change` has made it; the header says its length then.
 * @param length what the request says its body has, in octets
 */
export async function changeBody(
  request: IncomingMessage,
  length: number,
  change: (body: Buffer) => Buffer,
): Promise<void> {
  const body = await takeBody(request, length);
  if (!body) return;
  const changed = change(body);
  request.unshift(changed);
  if (changed !== body) request.headers['content-length'] = String(changed.length);
}

function comingBody(request: IncomingMessage, length: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const settle = (body?: Buffer) => {
      request.off('readable', look);
      request.off('close', gone);
      resolve(body);
    };
    const gone = () => settle();
    const look = () => {
      const body = request.read(length) as Buffer | null;
      if (body) settle(body);
    };
    if (request.destroyed) return settle();
    request.on('readable', look);
    request.on('close', gone);
  });
}
