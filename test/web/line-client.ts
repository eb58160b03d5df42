import { connect, type Socket } from 'node:net';

/** A connection over which a client sends requests, one behind the other, and what it has heard. */
export interface LineClient {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly get: (path: string, address?: string, cookies?: string) => void;
}

export function lineClient(port: number): LineClient {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  const get = (path: string, address = '198.51.100.7', cookies = '') =>
    void socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\nCookie: ${cookies}\r\n\r\n`,
    );
  return { socket, heard: () => text, get };
}
