import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
/** Below those that systems give to outgoing connections, one of which could take it before it is used again. */
const RANGE = { lowest: 12_000, beyond: 32_000 };

interface HeldPort {
  port: number;
  release(): Promise<void>;
}

/** A free port of the loopback address, kept free until it is released. */
export async function holdPort({ lowest, beyond } = RANGE): Promise<HeldPort> {
  for (;;) {
    const held = await hold(lowest + Math.floor(Math.random() * (beyond - lowest)));
    if (held) return held;
  }
}

/**
 * Let go before it is used, and good for starting again on it, or for a server that is not there: no other test is given it
 * while this process lives.
 */
export async function freePort(range = RANGE): Promise<number> {
  const { port, release } = await holdPort(range);
  await release();
  return port;
}

async function hold(port: number): Promise<HeldPort | undefined> {
  const claim = await claimed(port);
  return claim && listening(port, claim);
}

/** The port of UDP with this number, for which tests have no use: who has it may give the other one away. */
function claimed(port: number): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    socket.bind({ port, address: HOST, exclusive: true }, () => resolve(socket.unref()));
  });
}

function listening(port: number, claim: Socket): Promise<HeldPort | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) => {
      claim.close();
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(port, HOST, () => {
      resolve({ port, release: () => new Promise((released) => server.close(() => released())) });
    });
  });
}
