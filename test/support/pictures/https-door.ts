/** https in front of a server, under a name that no authority vouches for. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority, makeCertificate } from '../test-certificates.ts';

export interface HttpsDoor {
  readonly port: number;
  close(): void;
}

/** @param origin of the server behind it */
export async function openHttpsDoor(origin: string, name: string): Promise<HttpsDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-door-'));
  const made = await makeCertificate(folder, 'server', await makeAuthority(folder, 'authority'), [
    `DNS:${name}`,
  ]);
  const [cert, key] = await Promise.all([readFile(made.certificate), readFile(made.key)]);
  await rm(folder, { recursive: true });
  const door = createServer({ cert, key }, (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const asked = request(origin + url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const close = () => {
    door.close();
    door.closeAllConnections();
  };
  return { port: (door.address() as AddressInfo).port, close };
}
