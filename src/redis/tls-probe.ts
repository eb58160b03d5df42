import { connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** What a server without TLS does with a greeting of TLS, most of the time. */
export const UNANSWERED = 'the greeting of TLS is not answered';

/**
 * Why a TLS connection comes to nothing, by making one: the client library says of most no more than that they are closed.
 * Nothing is signed in to.
 * @param timeout milliseconds
 * @returns `undefined` where it works, or the server cannot be reached at all
 */
export function whyNoTls(
  { host, port }: { host: string; port: number },
  options: ConnectionOptions,
  timeout: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const tcp = connectTcp({ host, port });
    let isGreeted = false;
    const timer = setTimeout(() => end(tcp.connecting || isGreeted ? undefined : UNANSWERED), timeout);
    const end = (reason: string | undefined) => {
      clearTimeout(timer);
      tcp.destroy();
      resolve(reason);
    };
    tcp
      .on('error', () => end(undefined))
      .on('connect', () => {
        const tls = connectTls({ ...options, host, socket: tcp });
        // With TLS 1.3 a server says only after the greeting that it asks for a certificate, and it is not heard where it
        // closes the connection on something that it has not read: so nothing is sent, and one that is content says nothing.
        tls.on('secureConnect', () => {
          isGreeted = true;
        });
        tls.on('error', ({ message }) => end(message)).on('close', () => end(undefined));
      });
  });
}
